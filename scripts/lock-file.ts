/** The part of a package-lock.json that the scripts read. */
export interface LockFile {
  packages: Record<string, LockedPackage>
}

export interface LockedPackage {
  version?: string
  integrity?: string
  dev?: boolean
  optional?: boolean
  os?: string[]
  cpu?: string[]
  libc?: string[]
  hasInstallScript?: boolean
  optionalDependencies?: Record<string, string>
}

/** The entries of optional packages that others in the lock file name and that it lacks. */
export function missingOptionalPackages(lock: LockFile): Record<string, LockedPackage> {
  const named = Object.values(lock.packages).flatMap((locked) => Object.entries(locked.optionalDependencies ?? {}))
  const missing = named.filter(([name]) => !(`node_modules/${name}` in lock.packages))
  return Object.fromEntries(missing.map(([name, version]) => [`node_modules/${name}`, platformPackage(name, version)]))
}

const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32']
const processors = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64']
const libraries: Record<string, string> = { gnu: 'glibc', gnueabihf: 'glibc', musl: 'musl', musleabihf: 'musl' }

/** Platform packages name their platform, such as `binding-linux-x64-musl`; npm installs one only where it matches. */
function platformPackage(name: string, version: string): LockedPackage {
  const words = name.split('/').at(-1)?.split('-') ?? []
  const os = systems.find((system) => words.includes(system))
  const cpu = processors.find((processor) => words.includes(processor))
  if (os === undefined || cpu === undefined) throw new Error(`${name} does not name its platform`)
  const libc =
    os === 'linux' ? words.map((word) => libraries[word]).find((library) => library !== undefined) : undefined
  return { version, cpu: [cpu], dev: true, ...(libc && { libc: [libc] }), optional: true, os: [os] }
}
