// The rule a draft breaks, with what its message needs. Texts are the API's.

export type Violation = { readonly rule: 'TD1' };
