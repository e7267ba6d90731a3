// Typed output to XML with the SDK's writer; what goes around it is the protocol's.
import { XmlShapeSerializer } from '@aws-sdk/core/protocols';
import { escapeXml } from './escape-xml.ts';

export interface XmlWriter {
  /** The elements of a structure without the element around them. */
  writeMembers(schema: unknown, value: unknown): string;
}

/** Timestamps are date-times unless the model says otherwise. */
export function createXmlWriter(): XmlWriter {
  const serializer = new XmlShapeSerializer({
    timestampFormat: { useTrait: true, default: 5 as never },
    xmlNamespace: '',
    serviceNamespace: '',
  });
  return {
    writeMembers(schema, value) {
      serializer.write(schema as never, value);
      const text = serializer.flush() as string;
      // `<Name>…</Name>` or `<Name/>`: only the inside is wanted.
      return text.endsWith('/>') ? '' : text.slice(text.indexOf('>') + 1, text.lastIndexOf('</'));
    },
  };
}

/** `<name>text</name>`; nothing when there is no text. */
export function element(name: string, text: string | undefined): string {
  return text === undefined ? '' : `<${name}>${escapeXml(text)}</${name}>`;
}
