// A request body that cannot be read by its schema; each protocol turns it into its own error.

export class UnreadableInput extends Error {
  override readonly name = 'UnreadableInput';
}
