import type { AppOrder } from '../apps.ts'
import { expectNow, expectSoon } from './expect.ts'
import type { Fleet, Member } from './fleet.ts'
import { request } from './request.ts'

const installFailed = 'orchestration.install.failed'

/** Walks through what the servers do for each other, one of which it ends and starts anew; throws where they disagree. */
export async function walk(fleet: Fleet, members: Member[], say: (line: string) => void): Promise<void> {
  // Names of its own, so that what a walk that was cut short left on the broker is not taken for this one's.
  const walk = Date.now().toString(36)
  const [shop, crm, broken] = [`shop-${walk}`, `crm-${walk}`, `broken-${walk}`]

  await install(at(members, 0), { appId: shop, appName: 'Shop', version: '1.0.0' }, 201)
  await everywhere(members, 'the list of apps', (member) => appIds(member), [shop])
  say(`'${shop}' was installed on ${at(members, 0).name}: all three servers list it`)

  await expectSoon('invoices', () => invoicesOf(shop, members), 1)
  say('one of the three wrote its invoice, and only one')

  const settings = `/apps/${shop}/settings`
  await request(at(members, 0), 'PUT', `${settings}/theme`, { value: 'light' })
  await everywhere(members, 'the settings', (member) => cachedSettings(member, settings), [{ theme: 'light' }, true])
  await request(at(members, 1), 'PUT', `${settings}/theme`, { value: 'dark' })
  await everywhere(members, 'the settings', (member) => cachedSettings(member, settings), [{ theme: 'dark' }, true])
  say(
    `a setting that all three had in their caches was changed on ${at(members, 1).name}: all three have the new value`,
  )

  await install(at(members, 1), { appId: broken, appName: 'Fails to start', version: '1.0.0' }, 422)
  await everywhere(members, 'the news of the failure', (member) => heard(member, installFailed, broken), true)
  say(`an installation failed on ${at(members, 1).name}: all three heard of it, and none lists the app`)

  const away = at(members, 2)
  await away.kill()
  await install(at(members, 0), { appId: crm, appName: 'CRM', version: '2.1.0' }, 201)
  members[2] = await fleet.start(away.name)
  await expectSoon('what it missed', () => heard(at(members, 2), 'app.installed', crm), true)
  await everywhere(members, 'the list of apps', (member) => appIds(member), [crm, shop])
  say(`${away.name} was down while '${crm}' was installed: it is back, and got the events that it had missed`)

  await request(at(members, 2), 'DELETE', `/apps/${shop}`)
  await everywhere(members, 'the list of apps', (member) => appIds(member), [crm])
  await expectSoon('invoices', () => invoicesOf(crm, members), 1)
  say(`'${shop}' was uninstalled on ${away.name}: no server lists it any more`)
}

function at(members: readonly Member[], index: number): Member {
  const member = members[index]
  if (!member) throw new Error(`There is no server ${index + 1}`)
  return member
}

/** Every server gives the expected answer, each in its own time. */
async function everywhere(
  members: readonly Member[],
  what: string,
  ask: (member: Member) => Promise<unknown>,
  expected: unknown,
): Promise<void> {
  await Promise.all(members.map((member) => expectSoon(`${what} on ${member.name}`, () => ask(member), expected)))
}

async function install(member: Member, order: AppOrder, status: number): Promise<void> {
  const reply = await request(member, 'POST', '/apps', order)
  expectNow(`the installation of '${order.appId}' on ${member.name}`, reply.status, status)
}

async function appIds(member: Member): Promise<unknown[]> {
  const { body } = await request(member, 'GET', '/apps')
  return (body as { appId: string }[]).map(({ appId }) => appId)
}

async function cachedSettings(member: Member, path: string): Promise<unknown[]> {
  const { body, cached } = await request(member, 'GET', path)
  return [body, cached]
}

async function invoicesOf(appId: string, members: readonly Member[]): Promise<number> {
  const replies = await Promise.all(members.map((member) => request(member, 'GET', '/invoices')))
  return replies.flatMap(({ body }) => body as { appId: string }[]).filter((invoice) => invoice.appId === appId).length
}

/** Whether an event of that type about the app reached the server. */
async function heard(member: Member, type: string, appId: string): Promise<boolean> {
  const { body } = await request(member, 'GET', '/events')
  const events = body as { type: string; data: { appId?: string } }[]
  return events.some((event) => event.type === type && event.data.appId === appId)
}
