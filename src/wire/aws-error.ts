// The one error that crosses the API boundary: a modelled AWS error by its exact code and message.

export class AwsError extends Error {
  /** The modelled exception's name, e.g. `ClusterNotFoundException` (query services: the code, e.g. `InvalidVpcID.NotFound`). */
  readonly code: string;
  readonly httpStatus: number;
  /** Further modelled members of the exception (e.g. resourceIds of ConflictException). */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, options: { httpStatus?: number; details?: Record<string, unknown> } = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.httpStatus = options.httpStatus ?? 400;
    this.details = options.details ?? {};
  }
}
