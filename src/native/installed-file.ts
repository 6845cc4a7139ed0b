/**
 * The URL of a file of the package; undefined in a bundle in the CommonJS format, which has no `import.meta.url`. In a
 * bundle in the ESM format, the URL is relative to the bundle, and so the file is usually missing: a caller must do
 * without it, and report that by `reportLoss`.
 *
 * @param path relative to this module, such as `../../package.json`
 */
export function installedFile(
  path: string,
  base: string | undefined = import.meta.url,
): URL | undefined {
  return base === undefined || base === '' ? undefined : new URL(path, base)
}
