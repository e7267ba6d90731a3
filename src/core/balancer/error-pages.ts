// What Application Load Balancers answer by themselves, byte for byte as clients have seen it.

const REASONS: Readonly<Record<number, string>> = {
  400: '400 Bad Request',
  403: '403 Forbidden',
  405: '405 Not Allowed',
  408: '408 Request Time-out',
  413: '413 Request Entity Too Large',
  500: '500 Internal Server Error',
  502: '502 Bad Gateway',
  503: '503 Service Temporarily Unavailable',
  504: '504 Gateway Time-out',
};

/** By path: a whole HTTP response for each status. */
export function errorPages(): Map<string, string> {
  return new Map(Object.entries(REASONS).map(([status, reason]) => [`errors/${status}.http`, errorPage(reason)]));
}

/** Lines of the section that names them. */
export function errorSection(): string[] {
  return ['http-errors alb', ...Object.keys(REASONS).map((status) => `errorfile ${status} errors/${status}.http`)];
}

function errorPage(reason: string): string {
  const body = `<html>\r\n<head><title>${reason}</title></head>\r\n<body>\r\n<center><h1>${reason}</h1></center>\r\n</body>\r\n</html>\r\n`;
  return `HTTP/1.1 ${reason}\r\nServer: awselb/2.0\r\nContent-Type: text/html\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}
