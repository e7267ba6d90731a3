// A small client of the OCI API for tests: it sends exactly what it is told, raw paths included, and shows what came back.
import { request } from 'node:http';
import { sha256 } from './registry-server.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly bytes: Buffer;
  readonly text: string;
  /** The parsed body. */
  json(): any;
  /** Code of the first error in the envelope. */
  errorCode(): string | undefined;
}

export interface OciClient {
  /** May be replaced, to watch or to disturb. */
  send(method: string, path: string, options?: { headers?: Record<string, string>; body?: string | Uint8Array }): Promise<Answer>;
  /** POST then PUT. */
  pushBlob(base: string, bytes: string | Uint8Array): Promise<string>;
  /** Pushes config and layers that are not there, then the manifest. Gives its digest. */
  pushImage(base: string, reference: string | undefined, image: TestImage): Promise<{ digest: string; manifest: string; answer: Answer }>;
}

export interface TestImage {
  readonly config?: string;
  readonly layers: readonly (string | Uint8Array)[];
  readonly extra?: Record<string, unknown>;
}

export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';

export function ociClient(port: number, defaultHeaders: Record<string, string> = {}): OciClient {
  const client: OciClient = {
    send: (method, path, { headers = {}, body } = {}) =>
      new Promise((resolve, reject) => {
        const req = request({ host: '127.0.0.1', port, method, path, headers: { ...defaultHeaders, ...headers } }, (res) => {
          const chunks: Buffer[] = [];
          res.on('data', (chunk: Buffer) => chunks.push(chunk));
          res.on('error', reject);
          res.on('end', () => resolve(answer(res.statusCode ?? 0, res.headers as Answer['headers'], Buffer.concat(chunks))));
        });
        req.on('error', reject);
        req.end(body);
      }),
    async pushBlob(base, bytes) {
      const digest = sha256(bytes);
      const begun = await client.send('POST', `${base}/blobs/uploads/`);
      const done = await client.send('PUT', `${begun.headers['location']}?digest=${digest}`, { body: bytes });
      if (done.status !== 201) throw new Error(`push of a blob: ${done.status} ${done.text}`);
      return digest;
    },
    async pushImage(base, reference, { config = '{}', layers, extra = {} }) {
      for (const blob of [config, ...layers]) await client.pushBlob(base, blob);
      const manifest = manifestOf({ config, layers, extra });
      const digest = sha256(manifest);
      const result = await client.send('PUT', `${base}/manifests/${reference ?? digest}`, { headers: { 'content-type': OCI_MANIFEST }, body: manifest });
      return { digest, manifest, answer: result };
    },
  };
  return client;
}

/** An OCI image manifest of these blobs. */
export function manifestOf({ config = '{}', layers, extra = {} }: TestImage): string {
  const descriptor = (bytes: string | Uint8Array, mediaType: string) => ({ mediaType, digest: sha256(bytes), size: Buffer.byteLength(bytes) });
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: descriptor(config, 'application/vnd.oci.image.config.v1+json'),
    layers: layers.map((layer) => descriptor(layer, 'application/vnd.oci.image.layer.v1.tar')),
    ...extra,
  });
}

function answer(status: number, headers: Answer['headers'], bytes: Buffer): Answer {
  const text = bytes.toString();
  return { status, headers, bytes, text, json: () => JSON.parse(text), errorCode: () => JSON.parse(text).errors?.[0]?.code };
}
