// Prometheus metrics of the control plane at /_metrics: requests by operation and outcome, and gauges read when asked.

export interface Metrics {
  /** Counts one finished request. */
  observeRequest(service: string, operation: string, code: string, durationMs: number): void;
  /** The exposition text. */
  render(): string;
}

export interface Gauge {
  readonly name: string;
  readonly help: string;
  readonly read: () => number;
}

const BUCKETS_MS = [1, 2, 5, 10, 25, 50, 100, 250, 1000, 5000] as const;

interface Histogram {
  readonly counts: number[];
  sumMs: number;
  total: number;
}

/** @param gauges read at each scrape */
export function createMetrics(gauges: readonly Gauge[]): Metrics {
  const requests = new Map<string, number>();
  const latency = new Map<string, Histogram>();
  return {
    observeRequest(service, operation, code, durationMs) {
      const labels = `service="${service}",operation="${operation}",code="${code}"`;
      requests.set(labels, (requests.get(labels) ?? 0) + 1);
      observe(latency, service, durationMs);
    },
    render() {
      const lines: string[] = ['# TYPE longshore_requests_total counter'];
      for (const [labels, count] of requests) lines.push(`longshore_requests_total{${labels}} ${count}`);
      lines.push('# TYPE longshore_request_duration_ms histogram');
      for (const [service, histogram] of latency) lines.push(...renderHistogram(service, histogram));
      for (const gauge of gauges) {
        lines.push(`# HELP ${gauge.name} ${gauge.help}`, `# TYPE ${gauge.name} gauge`, `${gauge.name} ${gauge.read()}`);
      }
      return `${lines.join('\n')}\n`;
    },
  };
}

function observe(latency: Map<string, Histogram>, service: string, durationMs: number): void {
  let histogram = latency.get(service);
  if (!histogram) latency.set(service, (histogram = { counts: BUCKETS_MS.map(() => 0), sumMs: 0, total: 0 }));
  histogram.sumMs += durationMs;
  histogram.total += 1;
  const bucket = BUCKETS_MS.findIndex((limit) => durationMs <= limit);
  if (bucket >= 0) histogram.counts[bucket] = (histogram.counts[bucket] ?? 0) + 1;
}

function renderHistogram(service: string, histogram: Histogram): string[] {
  const name = 'longshore_request_duration_ms';
  let below = 0;
  const lines = BUCKETS_MS.map((limit, i) => {
    below += histogram.counts[i] ?? 0;
    return `${name}_bucket{service="${service}",le="${limit}"} ${below}`;
  });
  lines.push(`${name}_bucket{service="${service}",le="+Inf"} ${histogram.total}`);
  lines.push(`${name}_sum{service="${service}"} ${histogram.sumMs.toFixed(3)}`, `${name}_count{service="${service}"} ${histogram.total}`);
  return lines;
}
