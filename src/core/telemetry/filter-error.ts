// A filter pattern that does not parse; the message goes to the user.

export class FilterPatternError extends Error {
  constructor(message = 'Invalid filter pattern') {
    super(message);
    this.name = 'FilterPatternError';
  }
}
