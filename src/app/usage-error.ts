// What a wrong command line ends with.
/** The user's mistake on the command line; its message is shown as it is. */
export class UsageError extends Error {}
