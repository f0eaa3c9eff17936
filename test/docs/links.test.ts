import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const root = path.resolve(import.meta.dirname, '../..')
const documents = globSync(['*.md', 'docs/*.md', 'examples/*/*.md'], { cwd: root })

/** Without programs: what looks like a link or a heading there is none. */
function textOf(file: string): string {
  return readFileSync(file, 'utf8').replaceAll(/^```.*?^```$/gms, '')
}

/** As GitHub makes them of headings. */
function anchorsOf(file: string): string[] {
  const headings = textOf(file).matchAll(/^#+ (.+)$/gm)
  return Array.from(headings, ([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** The links of a document that lead nowhere. */
function brokenLinksOf(document: string): string[] {
  const own = path.join(root, document)
  const links = Array.from(textOf(own).matchAll(/\]\(([^)\s]+)\)/g), ([, link = '']) => link)
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false
    const [target = '', anchor] = link.split('#')
    const file = target === '' ? own : path.resolve(path.dirname(own), target)
    return !existsSync(file) || (anchor !== undefined && !anchorsOf(file).includes(anchor))
  })
}

test.each(documents)('the links of %s lead somewhere', (document) => {
  expect(brokenLinksOf(document)).toEqual([])
})

test('README.md leads to every document', () => {
  const readme = textOf(path.join(root, 'README.md'))
  expect(documents.filter((file) => file.startsWith('docs/') && !readme.includes(`](${file})`))).toEqual([])
})
