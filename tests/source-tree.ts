import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import ts from 'typescript'
import { CHECKOUT } from './checkout.ts'

export interface SourceFile {
  /** From the checkout's root, with `/`. */
  readonly path: string
  /** The first folder under `src`; the file's own name for files directly in it. */
  readonly room: string
  readonly test: boolean
  readonly text: string
  readonly tree: ts.SourceFile
  readonly imports: readonly string[]
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesBelow(path) : [path]
  })
}

/** Every TypeScript file below a folder of the checkout, parsed. */
export function sourceFiles(folder: string): readonly SourceFile[] {
  return filesBelow(join(CHECKOUT, folder))
    .filter((path) => path.endsWith('.ts') || path.endsWith('.tsx'))
    .map((path) => {
      const name = relative(CHECKOUT, path)
      const text = readFileSync(path, 'utf8')
      const tree = ts.createSourceFile(name, text, ts.ScriptTarget.ES2023, true)
      const [, room = ''] = name.split('/')
      const test = /(\.test\.ts$|\/conformance\.ts$|\.fixture\.ts$)/.test(name)
      return { path: name, room, test, text, tree, imports: importsOf(tree) }
    })
}

function importsOf(tree: ts.SourceFile): readonly string[] {
  const found: string[] = []
  visit(tree, (node) => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
      if (ts.isStringLiteral(node.moduleSpecifier)) found.push(node.moduleSpecifier.text)
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [target] = node.arguments
      if (target && ts.isStringLiteral(target)) found.push(target.text)
    }
  })
  return found
}

/** Calls `see` for every node below `node`. */
export function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node)
  ts.forEachChild(node, (child) => visit(child, see))
}
