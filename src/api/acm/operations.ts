// Every ACM operation of the current model: ours, or answering by name that it is not there yet.
import type { Operation } from '#wire/service.ts';
import type { ApiContext } from '../context.ts';
import { lazyOperations } from '../lazy-operations.ts';
import { addTagsToCertificate, listTagsForCertificate, removeTagsFromCertificate } from './certificate-tags.ts';
import { deleteCertificate } from './delete-certificate.ts';
import { describeCertificate } from './describe-certificate.ts';
import { getCertificate } from './get-certificate.ts';
import { importCertificate } from './import-certificate.ts';
import { listCertificates } from './list-certificates.ts';
import { OPERATION_NAMES } from './operation-names.ts';
import { schemaOf, type AcmOperationName } from './shapes.ts';

const HANDLERS: Partial<Record<AcmOperationName, Operation<ApiContext>['handler']>> = {
  AddTagsToCertificate: addTagsToCertificate,
  DeleteCertificate: deleteCertificate,
  DescribeCertificate: describeCertificate,
  GetCertificate: getCertificate,
  ImportCertificate: importCertificate,
  ListCertificates: listCertificates,
  ListTagsForCertificate: listTagsForCertificate,
  RemoveTagsFromCertificate: removeTagsFromCertificate,
};

/** The model has no error of this meaning; this is the code other services use for it. */
export const OPERATIONS = lazyOperations(OPERATION_NAMES, HANDLERS, schemaOf, 'UnsupportedOperationException');
