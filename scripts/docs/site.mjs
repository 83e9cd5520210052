// The site: every page of the repository in one frame, with no script and nothing from anybody else's server.
import { cpSync, globSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path/posix';
import { GROUPS, isListedElsewhere } from './contents.mjs';
import { addressOf, anchorsOf, escaped, renderPage } from './render.mjs';

const PAGES = ['*.md', 'docs/**/*.md', 'terraform/README.md', 'src/**/README.md'];
const DECISIONS = 'docs/adr/index.html';
const STYLE = readFileSync(new URL('./style.css', import.meta.url), 'utf8');

/**
 * Builds the site of the repository at `root` into the empty or missing folder `out`.
 * @returns how many `pages` were written, and `problems`: a sentence each. With any the site is not to be published.
 */
export function buildSite({ root, out, groups = GROUPS }) {
  const paths = globSync(PAGES, { cwd: root })
    .map((path) => path.replaceAll('\\', '/'))
    .sort();
  const texts = new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
  const anchors = new Map([...texts].map(([path, text]) => [path, anchorsOf(text)]));
  const listed = new Set(groups.flatMap(({ pages }) => pages));
  const problems = [
    ...[...listed].filter((path) => !texts.has(path)).map((path) => `contents: ${path}: there is no such page`),
    ...paths
      .filter((path) => !listed.has(path) && !isListedElsewhere(path))
      .map((path) => `contents: ${path}: it stands in no group`),
  ];
  const files = new Set();
  const rendered = [...texts].map(([path, text]) => {
    const page = renderPage({ path, text }, { root, anchors, wanted: (file) => files.add(file) });
    problems.push(...page.problems);
    return { path, ...page };
  });
  const titles = new Map(rendered.map(({ path, title }) => [path, title]));
  const write = (address, title, body) => {
    mkdirSync(dirname(join(out, address)), { recursive: true });
    writeFileSync(
      join(out, address),
      framed({ address, title, body, navigation: navigation(address, groups, titles) }),
    );
  };
  for (const { path, html, title } of rendered) write(addressOf(path), title, html);
  const decisions = rendered.filter(({ path }) => path.startsWith('docs/adr/'));
  const rows = decisions.map(
    ({ path, title }) => `<li><a href="${addressOf(path).replace('docs/adr/', '')}">${escaped(title)}</a></li>`,
  );
  write(DECISIONS, 'Decisions', `<h1>Decisions</h1>\n<ul>${rows.join('\n')}</ul>`);
  for (const file of files) {
    if (/\.(png|jpg|svg)$/.test(file)) {
      mkdirSync(dirname(join(out, file)), { recursive: true });
      cpSync(join(root, file), join(out, file));
    } else write(addressOf(file), file, bodyOf(root, file));
  }
  return { pages: rendered.length, problems };
}

/** A file that a page links to, as text; of a folder its names. */
function bodyOf(root, file) {
  const full = join(root, file);
  const text = statSync(full).isDirectory() ? readdirSync(full).sort().join('\n') : readFileSync(full, 'utf8');
  return `<h1>${escaped(file)}</h1>\n<pre><code>${escaped(text)}</code></pre>`;
}

function navigation(address, groups, titles) {
  const to = (target) => relative(dirname(address), target);
  const item = (target, title) =>
    `<li><a href="${to(target)}"${target === address ? ' aria-current="page"' : ''}>${escaped(title)}</a></li>`;
  const lists = groups.map(({ title, pages }) => {
    const items = pages.filter((path) => titles.has(path)).map((path) => item(addressOf(path), titles.get(path)));
    return `<h2>${escaped(title)}</h2>\n<ul>${items.join('\n')}</ul>`;
  });
  return `${lists.join('\n')}\n<ul>${item(DECISIONS, 'Decisions')}</ul>`;
}

const framed = ({ title, body, navigation: links }) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} · Gavel</title>
<style>${STYLE}</style>
</head>
<body>
<nav aria-label="Pages">${links}</nav>
<main>${body}</main>
</body>
</html>
`;

/** What a built site would fetch from elsewhere when it is opened: the file and the address. */
export function foreignRequests(out) {
  const pattern =
    /<(?:img|script|link|iframe|source|audio|video|object|embed)\b[^>]*?(?:src|href|data)="((?:https?:)?\/\/[^"]+)"|(?:@import|url\()\s*["']?((?:https?:)?\/\/[^"')]+)/g;
  return globSync('**/*.html', { cwd: out }).flatMap((file) => {
    const page = readFileSync(join(out, file), 'utf8').replace(/<pre>[\s\S]*?<\/pre>|<code>[\s\S]*?<\/code>/g, '');
    return [...page.matchAll(pattern)].map(([, src, css]) => `${file}: ${src ?? css}`);
  });
}
