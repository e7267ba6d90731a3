// awsQuery: `Action=…&Version=…` as a form, XML back inside <XResponse><XResult>.
import { AwsError } from '../aws-error.ts';
import { createFormReader } from '../codec/form-reader.ts';
import { findMissing, missingMessage } from '../codec/missing.ts';
import { createXmlWriter, element } from '../codec/xml-writer.ts';
import type { StructureShape } from '../shape.ts';
import type { Protocol, ReplyContext, WireRequest } from './protocol.ts';

const CONTENT_TYPE = 'text/xml';
const NO_FORM: ReadonlyMap<string, string> = new Map();

export function createAwsQuery(): Protocol {
  const reader = createFormReader('awsQuery');
  const writer = createXmlWriter();
  return {
    name: 'awsQuery',
    family: 'query',
    contentType: CONTENT_TYPE,
    readInput: (operation, request) => readForm(reader.read, operation.input, request),
    writeOutput(operation, output, context) {
      const { name } = operation;
      const members = operation.output.members.length === 0 ? '' : writer.writeMembers(operation.outputSchema, output ?? {});
      // An output without members is an empty element, and no output is none: botocore tells them apart.
      const result = operation.output.name === 'Unit' ? '' : `<${name}Result>${members}</${name}Result>`;
      const metadata = `<ResponseMetadata><RequestId>${context.requestId}</RequestId></ResponseMetadata>`;
      return { status: 200, headers: xmlHeaders(context), body: `<${name}Response${xmlns(context)}>${result}${metadata}</${name}Response>` };
    },
    writeError(error, context) {
      const type = error.httpStatus >= 500 ? 'Receiver' : 'Sender';
      const details = element('Type', type) + element('Code', error.code) + element('Message', error.message) + errorDetails(error);
      const body = `<ErrorResponse${xmlns(context)}><Error>${details}</Error>${element('RequestId', context.requestId)}</ErrorResponse>`;
      return { status: error.httpStatus, headers: xmlHeaders(context), body };
    },
    unreadable: (message) => new AwsError('MalformedInput', message),
    missing: (paths) => new AwsError('ValidationError', missingMessage(paths)),
    unknownOperation: (name, service) =>
      new AwsError('InvalidAction', name === '' ? 'Missing Action' : `Could not find operation ${name}${service?.apiVersion === undefined ? '' : ` for version ${service.apiVersion}`}`),
    faultCode: 'InternalFailure',
  };
}

/** The parameters of a request as input, for both dialects. */
export function readForm(
  read: (shape: StructureShape, form: ReadonlyMap<string, string>) => { input: Record<string, unknown>; incomplete: boolean },
  shape: StructureShape,
  request: WireRequest,
): { input: Record<string, unknown>; missing: string[] } {
  const { input, incomplete } = read(shape, request.form ?? NO_FORM);
  return { input, missing: incomplete ? findMissing(shape, input) : [] };
}

function xmlns(context: ReplyContext): string {
  return context.service?.xmlNamespace === undefined ? '' : ` xmlns="${context.service.xmlNamespace}"`;
}

function xmlHeaders(context: ReplyContext): string[] {
  return ['x-amzn-RequestId', context.requestId, 'Content-Type', CONTENT_TYPE];
}

function errorDetails(error: AwsError): string {
  let text = '';
  for (const [name, value] of Object.entries(error.details)) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') text += element(name, String(value));
  }
  return text;
}
