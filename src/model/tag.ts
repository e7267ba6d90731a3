// A tag as every AWS service has it.

export interface Tag {
  readonly key: string;
  readonly value: string;
}
