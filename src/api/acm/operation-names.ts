// The names of all operations of the current model: the schemas are loaded at the first request only (shapes.ts).
// Does not compile when the SDK has an operation more or less.
import type { AcmOperationName } from './shapes.ts';

export const OPERATION_NAMES = [
  'AddTagsToCertificate', 'CreateAcmeDomainValidation', 'CreateAcmeEndpoint', 'CreateAcmeExternalAccountBinding',
  'DeleteAcmeDomainValidation', 'DeleteAcmeEndpoint', 'DeleteAcmeExternalAccountBinding', 'DeleteCertificate', 'DescribeAcmeAccount',
  'DescribeAcmeDomainValidation', 'DescribeAcmeEndpoint', 'DescribeAcmeExternalAccountBinding', 'DescribeCertificate',
  'ExportCertificate', 'GetAccountConfiguration', 'GetAcmeExternalAccountBindingCredentials', 'GetCertificate', 'ImportCertificate',
  'ListAcmeAccounts', 'ListAcmeDomainValidations', 'ListAcmeEndpoints', 'ListAcmeExternalAccountBindings',
  'ListCertificateDomainValidations', 'ListCertificates', 'ListTagsForCertificate', 'ListTagsForResource', 'PutAccountConfiguration',
  'RemoveTagsFromCertificate', 'RenewCertificate', 'RequestCertificate', 'ResendValidationEmail', 'RevokeAcmeAccount',
  'RevokeAcmeExternalAccountBinding', 'RevokeCertificate', 'SearchCertificates', 'TagResource', 'UntagResource',
  'UpdateAcmeDomainValidation', 'UpdateAcmeEndpoint', 'UpdateCertificateOptions',
] as const satisfies readonly AcmOperationName[];

type Forgotten = Exclude<AcmOperationName, (typeof OPERATION_NAMES)[number]>;
export const NONE_FORGOTTEN: [Forgotten] extends [never] ? true : Forgotten = true;
