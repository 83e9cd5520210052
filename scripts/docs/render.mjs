// One page: Markdown to HTML, each link to where its target lies on the site, and what is wrong with its links.
import { existsSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path/posix';
import GithubSlugger from 'github-slugger';
import { Marked } from 'marked';

/** The address on the site of a path in the repository. */
export const addressOf = (path) =>
  path === 'README.md' ? 'index.html' : path.endsWith('.md') ? path.replace(/\.md$/, '.html') : `${path}.html`;

export const escaped = (text) =>
  text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign]);

/** The ids of a page's headings, as GitHub makes them. */
export function anchorsOf(markdown) {
  const slugger = new GithubSlugger();
  const headings = new Marked().lexer(markdown).filter(({ type }) => type === 'heading');
  return new Set(headings.map((heading) => slugger.slug(plain(heading))));
}

const plain = (token) => (token.tokens ?? []).map((one) => (one.tokens ? plain(one) : (one.text ?? ''))).join('');

/**
 * @param page `path` in the repository and its `text`.
 * @param site `root` of the repository, `anchors` of every page by path, `wanted(path)` is told of each other file that is linked.
 * @returns `html` of the body, its `title`, and `problems`: a sentence for each link that leads nowhere.
 */
export function renderPage({ path, text }, { root, anchors, wanted }) {
  const problems = [];
  const slugger = new GithubSlugger();
  let title = path;
  const target = (href) => {
    if (/^(https?:|mailto:)/.test(href)) return href;
    const [file, anchor] = href.split('#');
    const to = file === '' ? path : join(dirname(path), decodeURI(file)).replace(/\/$/, '');
    if (to.startsWith('..') || !existsSync(join(root, to))) return lost(href, 'there is no such file');
    const page = statSync(join(root, to)).isDirectory() && anchors.has(`${to}/README.md`) ? `${to}/README.md` : to;
    if (anchor && anchors.has(page) && !anchors.get(page).has(anchor))
      return lost(href, 'the page has no such heading');
    if (!anchors.has(page)) wanted(page);
    const isAsset = /\.(png|jpg|svg)$/.test(page);
    const address = isAsset ? page : addressOf(page);
    return `${relative(dirname(addressOf(path)), address)}${anchor ? `#${anchor}` : ''}`;
  };
  const lost = (href, why) => {
    problems.push(`${path}: ${href}: ${why}`);
    return href;
  };
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth, ...token }) {
        if (depth === 1) title = plain({ tokens, ...token });
        return `<h${depth} id="${slugger.slug(plain({ tokens }))}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        return `<a href="${escaped(target(href))}">${this.parser.parseInline(tokens)}</a>`;
      },
      image({ href, text: words }) {
        if (/^[a-z]+:|^\/\//.test(href)) problems.push(`${path}: ${href}: a picture of somebody else's server`);
        return `<img src="${escaped(target(href))}" alt="${escaped(words)}">`;
      },
      html({ text: raw }) {
        // Comments mark where tables are written; nothing else of HTML is used.
        return raw.trim().startsWith('<!--') ? '' : escaped(raw);
      },
    },
  });
  return { html: marked.parse(text), title, problems };
}
