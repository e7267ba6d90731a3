// Fields that must be readable while the server runs and by nobody who reads its files: sealed in the journal, clear in memory.

/** Table → the field of its rows, a text. Secrets and parameters are not here: their values are sealed under KMS keys, in memory too. */
export const SEALED_FIELDS: Readonly<Record<string, string>> = {
  access_keys: 'secretAccessKey',
  certificates: 'privateKey',
};
