import { describe, expect, test } from 'vitest'
import * as appserver from '../../src/appserver/index.ts'
import { createValidator } from '../../src/catalog/validate.ts'
import type { EventInput } from '../../src/core/event.ts'

const validate = createValidator(appserver.appServerEvents)

/** Of each event one with every field. */
const examples: readonly EventInput[] = [
  appserver.appRegistered({ appId: 'app-1', appName: 'Billing', version: '1.4.2' }),
  appserver.appInstalled({ appId: 'app-1', appName: 'Billing', version: '1.4.2', installedBy: 'user-1' }),
  appserver.appUninstalled({ appId: 'app-1', uninstalledBy: 'user-1' }),
  appserver.appDeregistered({ appId: 'app-1' }),
  appserver.settingsRegistered({ appId: 'app-1', keys: ['smtp.host'], version: '1.4.2' }),
  appserver.settingsUpdated({ appId: 'app-1', keys: ['smtp.host', 'smtp.password'], updatedBy: 'user-1' }),
  appserver.settingsValidationFailed({ appId: 'app-1', keys: ['smtp.port'], reason: 'wrong_kind' }),
  appserver.settingsDeleted({ appId: 'app-1', keys: ['smtp.host'], deletedBy: 'user-1' }),
  appserver.orchestrationInstallStarted({ installId: 'run-1', appId: 'app-1', version: '1', requestedBy: 'user-1' }),
  appserver.orchestrationInstallCompleted({ installId: 'run-1', appId: 'app-1', version: '1', durationMs: 1_200 }),
  appserver.orchestrationInstallFailed({ installId: 'run-1', appId: 'app-1', step: 'pull-image', reason: 'not found' }),
  appserver.containerCreated({ containerId: 'c-1', appId: 'app-1', image: 'registry/billing:1.4.2' }),
  appserver.containerStarted({ containerId: 'c-1', appId: 'app-1' }),
  appserver.containerHealthy({ containerId: 'c-1', appId: 'app-1' }),
  appserver.containerFailed({ containerId: 'c-1', appId: 'app-1', reason: 'exited', exitCode: 137 }),
  appserver.permissionInvalidated({ principalId: 'user-1', principalKind: 'user', permissions: ['apps:install'] }),
]

test('the catalog has the sixteen events of an application server, and takes no others', () => {
  expect(appserver.appServerEvents.events.map(({ type }) => type)).toEqual([
    'app.registered',
    'app.installed',
    'app.uninstalled',
    'app.deregistered',
    'settings.registered',
    'settings.updated',
    'settings.validation_failed',
    'settings.deleted',
    'orchestration.install.started',
    'orchestration.install.completed',
    'orchestration.install.failed',
    'container.created',
    'container.started',
    'container.healthy',
    'container.failed',
    'permission.invalidated',
  ])
  expect(examples.map(({ type }) => type)).toEqual(appserver.appServerEvents.events.map(({ type }) => type))
  expect(() => validate({ type: 'app.updated', data: {} })).toThrow(expect.objectContaining({ code: 'EVENT_INVALID' }))
})

test('each constructor bears the name of its event type in camel case', () => {
  for (const definition of appserver.appServerEvents.events) {
    const name = definition.type.replaceAll(/[._](\w)/g, (_, letter: string) => letter.toUpperCase())
    expect(Reflect.get(appserver, name), name).toBe(definition)
  }
})

describe.each(examples)('$type', (example) => {
  test('is valid with every field', () => {
    expect(validate(example)).toEqual(example)
  })

  test('is about an id of its data', () => {
    expect(Object.values(example.data as object)[0]).toBe(example.subject)
    expect(validate({ type: example.type, data: example.data }).subject).toBe(example.subject)
  })

  test('is refused without its id', () => {
    const [idField = ''] = Object.keys(example.data as object)
    const withoutId = { ...example, data: { ...(example.data as object), [idField]: undefined } }
    const problem = { code: 'EVENT_INVALID', issues: [expect.objectContaining({ path: ['data', idField] })] }
    expect(() => validate(withoutId)).toThrow(expect.objectContaining(problem))
  })
})

test('the value of a setting never travels, even if a publisher gives it', () => {
  const data = { appId: 'app-1', keys: ['smtp.password'], values: { 'smtp.password': 'secret' }, value: 'secret' }
  for (const type of ['settings.registered', 'settings.updated', 'settings.deleted']) {
    expect(validate({ type, data }).data).toEqual({ appId: 'app-1', keys: ['smtp.password'] })
  }
})

test('an app is installed with its id and name alone', () => {
  expect(validate({ type: 'app.installed', data: { appId: '1', appName: 'Billing' } })).toEqual({
    type: 'app.installed',
    data: { appId: '1', appName: 'Billing' },
    subject: '1',
  })
})
