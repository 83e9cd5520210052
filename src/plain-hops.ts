// Hops between machines that are not encrypted, of which production takes none unless the network itself sees to it.

/** What the house connects to, and where it listens. What is undefined could not be read, and is told of elsewhere. */
type Hops = Readonly<{
  postgresUrl?: URL | null | undefined;
  eventStoreUrl?: string | null | undefined;
  kafkaBrokers?: readonly string[] | null | undefined;
  kafkaTls?: 'on' | 'off' | undefined;
  s3Endpoint?: URL | null | undefined;
  mailUrl?: URL | null | undefined;
  alertWebhook?: URL | null | undefined;
  tracesUrl?: URL | null | undefined;
  alertSnsEndpoint?: URL | null | undefined;
  metabaseUrl?: URL | null | undefined;
  /** How Metabase reaches the database. */
  metabaseDatabaseUrl?: URL | null | undefined;
  stripeUrl?: URL | null | undefined;
  /** Links in mail begin with it. */
  publicUrl?: URL | null | undefined;
  httpHost?: string | undefined;
  httpProxies?: number | undefined;
}>;

/** One sentence for each hop in plain text to another machine; what stays on this machine may be plain. */
export function plainHops(hops: Hops): string[] {
  const { postgresUrl, eventStoreUrl, kafkaBrokers, kafkaTls, httpHost, httpProxies } = hops;
  const problems: string[] = [];
  if (postgresUrl != null && !isHere(hostOf(postgresUrl)) && postgresUrl.searchParams.get('sslmode') !== 'verify-full')
    problems.push('GAVEL_POSTGRES_URL has no sslmode=verify-full');
  if (eventStoreUrl != null && /[?&]tls=false/i.test(eventStoreUrl) && !eventStoreHosts(eventStoreUrl).every(isHere))
    problems.push('GAVEL_EVENTSTOREDB_URL says tls=false');
  if (kafkaBrokers != null && kafkaTls === 'off' && !kafkaBrokers.map(withoutPort).every(isHere))
    problems.push('GAVEL_KAFKA_TLS is "off"');
  problems.push(...plainAddresses(hops));
  if (httpHost !== undefined && !isHere(httpHost) && httpProxies === 0)
    problems.push(
      'GAVEL_HTTP_HOST is open to other machines with no proxy in front that ends TLS (GAVEL_HTTP_PROXIES)',
    );
  return problems;
}

function plainAddresses(hops: Hops): string[] {
  const {
    s3Endpoint,
    mailUrl,
    tracesUrl,
    alertWebhook,
    alertSnsEndpoint,
    metabaseUrl,
    metabaseDatabaseUrl,
    publicUrl,
    stripeUrl,
  } = hops;
  const https = {
    GAVEL_S3_ENDPOINT: s3Endpoint,
    GAVEL_ALERT_WEBHOOK: alertWebhook,
    GAVEL_TRACES_URL: tracesUrl,
    GAVEL_ALERT_SNS_ENDPOINT: alertSnsEndpoint,
    GAVEL_METABASE_URL: metabaseUrl,
    GAVEL_PUBLIC_URL: publicUrl,
    GAVEL_STRIPE_URL: stripeUrl,
  };
  const problems = Object.entries(https)
    .filter(([, url]) => url?.protocol === 'http:' && !isHere(hostOf(url)))
    .map(([name]) => `${name} begins with http://`);
  if (mailUrl?.protocol === 'smtp:' && !isHere(hostOf(mailUrl)) && mailUrl.searchParams.get('requireTLS') !== 'true')
    problems.push('GAVEL_MAIL_URL is neither smtps:// nor has it ?requireTLS=true');
  if (metabaseDatabaseUrl != null && !isHere(hostOf(metabaseDatabaseUrl)) && !asksForTls(metabaseDatabaseUrl))
    problems.push('GAVEL_METABASE_DATABASE_URL has no sslmode=require');
  return problems;
}

/** Metabase's driver checks no certificate by sslmode=require; the stricter modes it takes as well. */
const asksForTls = ({ searchParams }: URL): boolean =>
  ['require', 'verify-ca', 'verify-full'].includes(searchParams.get('sslmode') ?? '');
const hostOf = ({ hostname, searchParams }: URL): string => searchParams.get('host') ?? hostname;
const withoutPort = (broker: string): string => broker.replace(/:\d+$/, '');
const eventStoreHosts = (url: string): readonly string[] =>
  (url.split('://')[1]?.split(/[/?]/)[0]?.split('@').at(-1) ?? '').split(',').map(withoutPort);

/** This machine: loopback by name or number, or a socket in the file system. */
const isHere = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?|\/.*|%2f.*|)$/i.test(host);
