// ec2Query: awsQuery's older sibling: capitalised names, flat lists, no result element, errors in a <Response>.
import { AwsError } from '../aws-error.ts';
import { createFormReader } from '../codec/form-reader.ts';
import { createXmlWriter, element } from '../codec/xml-writer.ts';
import { readForm } from './aws-query.ts';
import type { Protocol, ReplyContext } from './protocol.ts';

const CONTENT_TYPE = 'text/xml;charset=UTF-8';
const PROLOG = '<?xml version="1.0" encoding="UTF-8"?>\n';

export function createEc2Query(): Protocol {
  const reader = createFormReader('ec2Query');
  const writer = createXmlWriter();
  return {
    name: 'ec2Query',
    family: 'ec2',
    contentType: CONTENT_TYPE,
    readInput: (operation, request) => readForm(reader.read, operation.input, request),
    writeOutput(operation, output, context) {
      const { name } = operation;
      const namespace = context.service?.xmlNamespace;
      const members = operation.output.members.length === 0 ? '<return>true</return>' : writer.writeMembers(operation.outputSchema, output ?? {});
      const open = namespace === undefined ? `<${name}Response>` : `<${name}Response xmlns="${namespace}">`;
      return { status: 200, headers: xmlHeaders(context), body: `${PROLOG}${open}<requestId>${context.requestId}</requestId>${members}</${name}Response>` };
    },
    writeError(error, context) {
      const inner = `<Error>${element('Code', error.code)}${element('Message', error.message)}</Error>`;
      const body = `${PROLOG}<Response><Errors>${inner}</Errors>${element('RequestID', context.requestId)}</Response>`;
      return { status: error.httpStatus, headers: xmlHeaders(context), body };
    },
    unreadable: (message) => new AwsError('InvalidParameterValue', message),
    missing: (paths) => new AwsError('MissingParameter', `The request must contain the parameter ${parameterOf(paths[0] as string)}`),
    unknownOperation: (name) => new AwsError('InvalidAction', name === '' ? 'The request must contain the parameter Action' : `The action ${name} is not valid for this web service.`),
    faultCode: 'InternalError',
  };
}

/** A path of the model as EC2's users know it: `TagSpecifications.1.member.ResourceType` → `TagSpecifications.1.ResourceType`. */
function parameterOf(path: string): string {
  return path.replaceAll('.member', '').replace(/^./, (first) => first.toUpperCase());
}

function xmlHeaders(context: ReplyContext): string[] {
  return ['x-amzn-requestid', context.requestId, 'Content-Type', CONTENT_TYPE];
}
