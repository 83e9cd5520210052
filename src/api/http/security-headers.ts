// What every answer tells browsers. All of it is constant, so it is put together once.

/** Answers are data: a browser that is tricked into showing one must load and run nothing. */
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";
/** The page of documents has scripts of its own, and styles in its elements. */
const DOCUMENTS_POLICY =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'self'; frame-ancestors 'none'";

/** The values are those of helmet 8 (https://helmetjs.github.io), which agree with OWASP's list of secure headers. */
const EVERYWHERE = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-frame-options': 'SAMEORIGIN',
  'x-permitted-cross-domain-policies': 'none',
  'x-xss-protection': '0',
} as const;

const OF_DATA = { ...EVERYWHERE, 'content-security-policy': DATA_POLICY };
const OF_DOCUMENTS = { ...EVERYWHERE, 'content-security-policy': DOCUMENTS_POLICY };

/** The headers of the answer at this address. */
export const securityHeadersAt = (url: string): Readonly<Record<string, string>> =>
  url.startsWith('/docs') ? OF_DOCUMENTS : OF_DATA;
