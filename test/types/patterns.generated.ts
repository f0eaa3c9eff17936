// Made by scripts/generate-pattern-types.ts from test/patterns/corpus.ts. Do not edit: `node scripts/generate-pattern-types.ts`.
import type { Select } from '../../src/catalog/select.ts'
import { expectEqual } from './expect-equal.ts'

type CorpusType =
  | 'app'
  | 'App'
  | 'ap'
  | 'apps'
  | 'app.app'
  | 'app.installed'
  | 'x.app'
  | 'app.Installed'
  | 'app.installed.now'
  | 'my.app.installed'
  | 'app_installed'
  | 'wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww'
  | 'w'
  | 'a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a'
  | 'a'
  | 'a.a'
  | 'größe'
  | 'a.b.c'
  | 'app.a.b'
  | 'apps.installed'
  | 'x.app.installed'
  | 'installed'
  | 'app.uninstalled'
  | 'a.x.b'
  | 'a.a.b'
  | 'a.b.b'
  | 'a.b'
  | 'a.x.y.b'
  | 'a.x.c'
  | 'x.a.y'
  | 'a.a.a'
  | 'x.a'
  | 'a.y'
  | 'x.x.a.y'
  | 'a.b.c.d.e.f'
  | 'größe.漢字'
  | 'app.a.b.c'
  | 'x.app.y'
  | 'my.app'
  | 'a.b.app'
  | 'app.x'
  | 'myapp'
  | 'a.b.a.b'
  | 'b'
  | 'ab'
  | 'x.a.b'
  | 'a.b.c.d'
  | 'b.a'
  | 'c.b.a'
  | 'a.b.x'
  | 'app.y'
  | 'x.y.app.app.z'
  | 'x.y'
  | 'x.apps.y'
  | 'b.a.b'
  | 'x.a.y.b.z'
  | 'x.b.a'
  | 'x.a.y.a'
  | 'a.x'
  | 'a.a.x'
  | 'x.installed'
  | 'app.my'
  | 'x.y.a'
  | 'order-line.created'
  | 'order.line.created'
  | 'order_line.created'
  | 'order-lines.created'
  | 'a_b'
  | 'a_b.c'
  | 'a-b'
  | 'urn:app.v1:2'
  | 'urn.app.v1'
  | 'urn:app'
  | 'App.Installed'
  | 'APP.installed'
  | 'größe.geändert'
  | 'grosse.geändert'
  | 'GRÖSSE.geändert'
  | 'café'
  | 'café'
  | 'cafe'
  | '漢字'
  | '漢字.仮名.😀'
  | '漢'
  | '字.漢字'
  | 'a.😀'
  | '😀'
  | 'a.😁'
  | 'with space.x y'
  | 'with.space.x'

type MadeUpType =
  | 'A'
  | 'a'
  | 'a.ab.a'
  | 'A.a.a.A.a'
  | 'b.A.A.ab'
  | 'A.b'
  | 'b'
  | 'ab.ab'
  | 'a.A.A.a.a.a'
  | 'a.a.b.ab.a.a'
  | 'A.a.a'
  | 'a.A.b.b'
  | 'ab.b.ab.A.A.A'
  | 'ab.b.b'
  | 'ab'
  | 'ab.A.b'
  | 'b.ab.A.a.ab'
  | 'A.ab.A.b.ab'
  | 'ab.ab.A.b'
  | 'A.b.b'
  | 'b.b'
  | 'A.a.A.b.a'
  | 'b.a.a'
  | 'ab.b.ab.A.a'
  | 'A.b.A.a'
  | 'a.b.ab.ab.a.ab'
  | 'ab.A.a.ab.a'
  | 'a.A.A'
  | 'ab.a.A.a.b.a'
  | 'b.ab'
  | 'ab.a.ab'
  | 'a.ab.b'
  | 'a.A.ab'
  | 'b.a.ab'
  | 'A.a.b.b.b'
  | 'A.ab.A.ab.b'
  | 'ab.a.a.ab'
  | 'a.b.ab.A'
  | 'ab.ab.ab.a'
  | 'a.b.ab.A.b'
  | 'a.ab.A.A'
  | 'b.ab.A.ab.A.A'
  | 'b.b.A.A.b'
  | 'ab.b.ab'
  | 'ab.a.a'
  | 'a.a.b'
  | 'A.ab.b.ab.A'
  | 'ab.ab.b.A.ab.A'
  | 'ab.A.a.b.A.A'
  | 'ab.ab.a'
  | 'A.A'
  | 'A.a'
  | 'a.a.ab.ab.b'
  | 'b.A'
  | 'b.A.a.b'
  | 'ab.A.A'
  | 'b.A.A.a'
  | 'ab.a.b.A.a.ab'
  | 'A.b.b.b.b'
  | 'b.A.b.ab'

expectEqual<Select<'app', CorpusType>, 'app'>()
expectEqual<Select<'app.installed', CorpusType>, 'app.installed'>()
expectEqual<
  Select<
    'wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww',
    CorpusType
  >,
  'wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww'
>()
expectEqual<
  Select<
    'a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a',
    CorpusType
  >,
  'a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a'
>()
expectEqual<
  Select<'*', CorpusType>,
  | 'app'
  | 'App'
  | 'ap'
  | 'apps'
  | 'app_installed'
  | 'wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww'
  | 'w'
  | 'a'
  | 'größe'
  | 'installed'
  | 'myapp'
  | 'b'
  | 'ab'
  | 'a_b'
  | 'a-b'
  | 'urn:app'
  | 'café'
  | 'café'
  | 'cafe'
  | '漢字'
  | '漢'
  | '😀'
>()
expectEqual<
  Select<'*.*', CorpusType>,
  | 'app.app'
  | 'app.installed'
  | 'x.app'
  | 'app.Installed'
  | 'a.a'
  | 'apps.installed'
  | 'app.uninstalled'
  | 'a.b'
  | 'x.a'
  | 'a.y'
  | 'größe.漢字'
  | 'my.app'
  | 'app.x'
  | 'b.a'
  | 'app.y'
  | 'x.y'
  | 'a.x'
  | 'x.installed'
  | 'app.my'
  | 'order-line.created'
  | 'order_line.created'
  | 'order-lines.created'
  | 'a_b.c'
  | 'urn:app.v1:2'
  | 'App.Installed'
  | 'APP.installed'
  | 'größe.geändert'
  | 'grosse.geändert'
  | 'GRÖSSE.geändert'
  | '字.漢字'
  | 'a.😀'
  | 'a.😁'
  | 'with space.x y'
>()
expectEqual<
  Select<'app.*', CorpusType>,
  'app.app' | 'app.installed' | 'app.Installed' | 'app.uninstalled' | 'app.x' | 'app.y' | 'app.my'
>()
expectEqual<Select<'*.installed', CorpusType>, 'app.installed' | 'apps.installed' | 'x.installed' | 'APP.installed'>()
expectEqual<Select<'a.*.b', CorpusType>, 'a.x.b' | 'a.a.b' | 'a.b.b'>()
expectEqual<Select<'*.a.*', CorpusType>, 'app.a.b' | 'a.a.b' | 'x.a.y' | 'a.a.a' | 'x.a.b' | 'b.a.b' | 'a.a.x'>()
expectEqual<Select<'#', CorpusType>, CorpusType>()
expectEqual<
  Select<'app.#', CorpusType>,
  | 'app'
  | 'app.app'
  | 'app.installed'
  | 'app.Installed'
  | 'app.installed.now'
  | 'app.a.b'
  | 'app.uninstalled'
  | 'app.a.b.c'
  | 'app.x'
  | 'app.y'
  | 'app.my'
>()
expectEqual<Select<'#.app', CorpusType>, 'app' | 'app.app' | 'x.app' | 'my.app' | 'a.b.app'>()
expectEqual<Select<'a.#.b', CorpusType>, 'a.x.b' | 'a.a.b' | 'a.b.b' | 'a.b' | 'a.x.y.b' | 'a.b.a.b'>()
expectEqual<Select<'#.#', CorpusType>, CorpusType>()
expectEqual<Select<'#.#.#', CorpusType>, CorpusType>()
expectEqual<
  Select<'a.#.#', CorpusType>,
  | 'a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a'
  | 'a'
  | 'a.a'
  | 'a.b.c'
  | 'a.x.b'
  | 'a.a.b'
  | 'a.b.b'
  | 'a.b'
  | 'a.x.y.b'
  | 'a.x.c'
  | 'a.a.a'
  | 'a.y'
  | 'a.b.c.d.e.f'
  | 'a.b.app'
  | 'a.b.a.b'
  | 'a.b.c.d'
  | 'a.b.x'
  | 'a.x'
  | 'a.a.x'
  | 'a.😀'
  | 'a.😁'
>()
expectEqual<
  Select<'#.#.a', CorpusType>,
  | 'a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a'
  | 'a'
  | 'a.a'
  | 'a.a.a'
  | 'x.a'
  | 'b.a'
  | 'c.b.a'
  | 'x.b.a'
  | 'x.a.y.a'
  | 'x.y.a'
>()
expectEqual<Select<'a.#.#.b', CorpusType>, 'a.x.b' | 'a.a.b' | 'a.b.b' | 'a.b' | 'a.x.y.b' | 'a.b.a.b'>()
expectEqual<
  Select<'#.app.#', CorpusType>,
  | 'app'
  | 'app.app'
  | 'app.installed'
  | 'x.app'
  | 'app.Installed'
  | 'app.installed.now'
  | 'my.app.installed'
  | 'app.a.b'
  | 'x.app.installed'
  | 'app.uninstalled'
  | 'app.a.b.c'
  | 'x.app.y'
  | 'my.app'
  | 'a.b.app'
  | 'app.x'
  | 'app.y'
  | 'x.y.app.app.z'
  | 'app.my'
  | 'urn.app.v1'
>()
expectEqual<
  Select<'#.a.#.b.#', CorpusType>,
  | 'a.b.c'
  | 'app.a.b'
  | 'a.x.b'
  | 'a.a.b'
  | 'a.b.b'
  | 'a.b'
  | 'a.x.y.b'
  | 'a.b.c.d.e.f'
  | 'app.a.b.c'
  | 'a.b.app'
  | 'a.b.a.b'
  | 'x.a.b'
  | 'a.b.c.d'
  | 'a.b.x'
  | 'b.a.b'
  | 'x.a.y.b.z'
>()
expectEqual<
  Select<'#.a.#.a', CorpusType>,
  | 'a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a'
  | 'a.a'
  | 'a.a.a'
  | 'x.a.y.a'
>()
expectEqual<
  Select<'a.#.a', CorpusType>,
  | 'a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a'
  | 'a.a'
  | 'a.a.a'
>()
expectEqual<Select<'*.#', CorpusType>, CorpusType>()
expectEqual<Select<'#.*', CorpusType>, CorpusType>()
expectEqual<Select<'#.*.#', CorpusType>, CorpusType>()
expectEqual<
  Select<'*.#.*', CorpusType>,
  | 'app.app'
  | 'app.installed'
  | 'x.app'
  | 'app.Installed'
  | 'app.installed.now'
  | 'my.app.installed'
  | 'a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a'
  | 'a.a'
  | 'a.b.c'
  | 'app.a.b'
  | 'apps.installed'
  | 'x.app.installed'
  | 'app.uninstalled'
  | 'a.x.b'
  | 'a.a.b'
  | 'a.b.b'
  | 'a.b'
  | 'a.x.y.b'
  | 'a.x.c'
  | 'x.a.y'
  | 'a.a.a'
  | 'x.a'
  | 'a.y'
  | 'x.x.a.y'
  | 'a.b.c.d.e.f'
  | 'größe.漢字'
  | 'app.a.b.c'
  | 'x.app.y'
  | 'my.app'
  | 'a.b.app'
  | 'app.x'
  | 'a.b.a.b'
  | 'x.a.b'
  | 'a.b.c.d'
  | 'b.a'
  | 'c.b.a'
  | 'a.b.x'
  | 'app.y'
  | 'x.y.app.app.z'
  | 'x.y'
  | 'x.apps.y'
  | 'b.a.b'
  | 'x.a.y.b.z'
  | 'x.b.a'
  | 'x.a.y.a'
  | 'a.x'
  | 'a.a.x'
  | 'x.installed'
  | 'app.my'
  | 'x.y.a'
  | 'order-line.created'
  | 'order.line.created'
  | 'order_line.created'
  | 'order-lines.created'
  | 'a_b.c'
  | 'urn:app.v1:2'
  | 'urn.app.v1'
  | 'App.Installed'
  | 'APP.installed'
  | 'größe.geändert'
  | 'grosse.geändert'
  | 'GRÖSSE.geändert'
  | '漢字.仮名.😀'
  | '字.漢字'
  | 'a.😀'
  | 'a.😁'
  | 'with space.x y'
  | 'with.space.x'
>()
expectEqual<
  Select<'*.*.#', CorpusType>,
  | 'app.app'
  | 'app.installed'
  | 'x.app'
  | 'app.Installed'
  | 'app.installed.now'
  | 'my.app.installed'
  | 'a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a'
  | 'a.a'
  | 'a.b.c'
  | 'app.a.b'
  | 'apps.installed'
  | 'x.app.installed'
  | 'app.uninstalled'
  | 'a.x.b'
  | 'a.a.b'
  | 'a.b.b'
  | 'a.b'
  | 'a.x.y.b'
  | 'a.x.c'
  | 'x.a.y'
  | 'a.a.a'
  | 'x.a'
  | 'a.y'
  | 'x.x.a.y'
  | 'a.b.c.d.e.f'
  | 'größe.漢字'
  | 'app.a.b.c'
  | 'x.app.y'
  | 'my.app'
  | 'a.b.app'
  | 'app.x'
  | 'a.b.a.b'
  | 'x.a.b'
  | 'a.b.c.d'
  | 'b.a'
  | 'c.b.a'
  | 'a.b.x'
  | 'app.y'
  | 'x.y.app.app.z'
  | 'x.y'
  | 'x.apps.y'
  | 'b.a.b'
  | 'x.a.y.b.z'
  | 'x.b.a'
  | 'x.a.y.a'
  | 'a.x'
  | 'a.a.x'
  | 'x.installed'
  | 'app.my'
  | 'x.y.a'
  | 'order-line.created'
  | 'order.line.created'
  | 'order_line.created'
  | 'order-lines.created'
  | 'a_b.c'
  | 'urn:app.v1:2'
  | 'urn.app.v1'
  | 'App.Installed'
  | 'APP.installed'
  | 'größe.geändert'
  | 'grosse.geändert'
  | 'GRÖSSE.geändert'
  | '漢字.仮名.😀'
  | '字.漢字'
  | 'a.😀'
  | 'a.😁'
  | 'with space.x y'
  | 'with.space.x'
>()
expectEqual<
  Select<'#.*.*', CorpusType>,
  | 'app.app'
  | 'app.installed'
  | 'x.app'
  | 'app.Installed'
  | 'app.installed.now'
  | 'my.app.installed'
  | 'a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a'
  | 'a.a'
  | 'a.b.c'
  | 'app.a.b'
  | 'apps.installed'
  | 'x.app.installed'
  | 'app.uninstalled'
  | 'a.x.b'
  | 'a.a.b'
  | 'a.b.b'
  | 'a.b'
  | 'a.x.y.b'
  | 'a.x.c'
  | 'x.a.y'
  | 'a.a.a'
  | 'x.a'
  | 'a.y'
  | 'x.x.a.y'
  | 'a.b.c.d.e.f'
  | 'größe.漢字'
  | 'app.a.b.c'
  | 'x.app.y'
  | 'my.app'
  | 'a.b.app'
  | 'app.x'
  | 'a.b.a.b'
  | 'x.a.b'
  | 'a.b.c.d'
  | 'b.a'
  | 'c.b.a'
  | 'a.b.x'
  | 'app.y'
  | 'x.y.app.app.z'
  | 'x.y'
  | 'x.apps.y'
  | 'b.a.b'
  | 'x.a.y.b.z'
  | 'x.b.a'
  | 'x.a.y.a'
  | 'a.x'
  | 'a.a.x'
  | 'x.installed'
  | 'app.my'
  | 'x.y.a'
  | 'order-line.created'
  | 'order.line.created'
  | 'order_line.created'
  | 'order-lines.created'
  | 'a_b.c'
  | 'urn:app.v1:2'
  | 'urn.app.v1'
  | 'App.Installed'
  | 'APP.installed'
  | 'größe.geändert'
  | 'grosse.geändert'
  | 'GRÖSSE.geändert'
  | '漢字.仮名.😀'
  | '字.漢字'
  | 'a.😀'
  | 'a.😁'
  | 'with space.x y'
  | 'with.space.x'
>()
expectEqual<
  Select<'*.#.*.#.*', CorpusType>,
  | 'app.installed.now'
  | 'my.app.installed'
  | 'a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a'
  | 'a.b.c'
  | 'app.a.b'
  | 'x.app.installed'
  | 'a.x.b'
  | 'a.a.b'
  | 'a.b.b'
  | 'a.x.y.b'
  | 'a.x.c'
  | 'x.a.y'
  | 'a.a.a'
  | 'x.x.a.y'
  | 'a.b.c.d.e.f'
  | 'app.a.b.c'
  | 'x.app.y'
  | 'a.b.app'
  | 'a.b.a.b'
  | 'x.a.b'
  | 'a.b.c.d'
  | 'c.b.a'
  | 'a.b.x'
  | 'x.y.app.app.z'
  | 'x.apps.y'
  | 'b.a.b'
  | 'x.a.y.b.z'
  | 'x.b.a'
  | 'x.a.y.a'
  | 'a.a.x'
  | 'x.y.a'
  | 'order.line.created'
  | 'urn.app.v1'
  | '漢字.仮名.😀'
  | 'with.space.x'
>()
expectEqual<
  Select<'app.*.#', CorpusType>,
  | 'app.app'
  | 'app.installed'
  | 'app.Installed'
  | 'app.installed.now'
  | 'app.a.b'
  | 'app.uninstalled'
  | 'app.a.b.c'
  | 'app.x'
  | 'app.y'
  | 'app.my'
>()
expectEqual<
  Select<'app.#.*', CorpusType>,
  | 'app.app'
  | 'app.installed'
  | 'app.Installed'
  | 'app.installed.now'
  | 'app.a.b'
  | 'app.uninstalled'
  | 'app.a.b.c'
  | 'app.x'
  | 'app.y'
  | 'app.my'
>()
expectEqual<Select<'#.*.app', CorpusType>, 'app.app' | 'x.app' | 'my.app' | 'a.b.app'>()
expectEqual<Select<'a.*.#.b', CorpusType>, 'a.x.b' | 'a.a.b' | 'a.b.b' | 'a.x.y.b' | 'a.b.a.b'>()
expectEqual<Select<'a.#.*.b', CorpusType>, 'a.x.b' | 'a.a.b' | 'a.b.b' | 'a.x.y.b' | 'a.b.a.b'>()
expectEqual<
  Select<'*.a.#', CorpusType>,
  | 'a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a'
  | 'a.a'
  | 'app.a.b'
  | 'a.a.b'
  | 'x.a.y'
  | 'a.a.a'
  | 'x.a'
  | 'app.a.b.c'
  | 'x.a.b'
  | 'b.a'
  | 'b.a.b'
  | 'x.a.y.b.z'
  | 'x.a.y.a'
  | 'a.a.x'
>()
expectEqual<Select<'order-line.*', CorpusType>, 'order-line.created'>()
expectEqual<Select<'a_b.#', CorpusType>, 'a_b' | 'a_b.c'>()
expectEqual<Select<'urn:app.*', CorpusType>, 'urn:app.v1:2'>()
expectEqual<Select<'App.*', CorpusType>, 'App.Installed'>()
expectEqual<Select<'größe.*', CorpusType>, 'größe.漢字' | 'größe.geändert'>()
expectEqual<Select<'café', CorpusType>, 'café'>()
expectEqual<Select<'漢字.#', CorpusType>, '漢字' | '漢字.仮名.😀'>()
expectEqual<Select<'*.😀', CorpusType>, 'a.😀'>()
expectEqual<Select<'with space.*', CorpusType>, 'with space.x y'>()

expectEqual<
  Select<'#.*.*.a', MadeUpType>,
  | 'a.ab.a'
  | 'A.a.a.A.a'
  | 'a.A.A.a.a.a'
  | 'a.a.b.ab.a.a'
  | 'A.a.a'
  | 'A.a.A.b.a'
  | 'b.a.a'
  | 'ab.b.ab.A.a'
  | 'A.b.A.a'
  | 'ab.A.a.ab.a'
  | 'ab.a.A.a.b.a'
  | 'ab.ab.ab.a'
  | 'ab.a.a'
  | 'ab.ab.a'
  | 'b.A.A.a'
>()
expectEqual<
  Select<'#.#.ab', MadeUpType>,
  | 'b.A.A.ab'
  | 'ab.ab'
  | 'ab'
  | 'b.ab.A.a.ab'
  | 'A.ab.A.b.ab'
  | 'a.b.ab.ab.a.ab'
  | 'b.ab'
  | 'ab.a.ab'
  | 'a.A.ab'
  | 'b.a.ab'
  | 'ab.a.a.ab'
  | 'ab.b.ab'
  | 'ab.a.b.A.a.ab'
  | 'b.A.b.ab'
>()
expectEqual<Select<'a.b.#.*.ab.A', MadeUpType>, never>()
expectEqual<Select<'a.#.ab', MadeUpType>, 'a.b.ab.ab.a.ab' | 'a.A.ab'>()
expectEqual<
  Select<'*.*.a.#', MadeUpType>,
  | 'a.ab.a'
  | 'A.a.a.A.a'
  | 'A.a.a'
  | 'b.a.a'
  | 'ab.A.a.ab.a'
  | 'ab.a.a.ab'
  | 'ab.a.a'
  | 'ab.A.a.b.A.A'
  | 'ab.ab.a'
  | 'b.A.a.b'
>()
expectEqual<Select<'ab.A.a', MadeUpType>, never>()
expectEqual<Select<'*.ab', MadeUpType>, 'ab.ab' | 'b.ab'>()
expectEqual<Select<'#.*', MadeUpType>, MadeUpType>()
expectEqual<Select<'a.ab.#.*', MadeUpType>, 'a.ab.a' | 'a.ab.b' | 'a.ab.A.A'>()
expectEqual<Select<'a.a.#.ab.*', MadeUpType>, 'a.a.ab.ab.b'>()
expectEqual<Select<'#', MadeUpType>, MadeUpType>()
expectEqual<Select<'#.b.*.a.#', MadeUpType>, 'a.a.b.ab.a.a' | 'b.a.a' | 'A.b.A.a' | 'b.A.a.b' | 'ab.a.b.A.a.ab'>()
expectEqual<Select<'*.A.#.#.b', MadeUpType>, 'a.A.b.b' | 'ab.A.b' | 'b.A.a.b'>()
expectEqual<
  Select<'a.*.*.#', MadeUpType>,
  | 'a.ab.a'
  | 'a.A.A.a.a.a'
  | 'a.a.b.ab.a.a'
  | 'a.A.b.b'
  | 'a.b.ab.ab.a.ab'
  | 'a.A.A'
  | 'a.ab.b'
  | 'a.A.ab'
  | 'a.b.ab.A'
  | 'a.b.ab.A.b'
  | 'a.ab.A.A'
  | 'a.a.b'
  | 'a.a.ab.ab.b'
>()
expectEqual<
  Select<'*.A.#.#.#.#', MadeUpType>,
  | 'b.A.A.ab'
  | 'a.A.A.a.a.a'
  | 'a.A.b.b'
  | 'ab.A.b'
  | 'ab.A.a.ab.a'
  | 'a.A.A'
  | 'a.A.ab'
  | 'ab.A.a.b.A.A'
  | 'A.A'
  | 'b.A'
  | 'b.A.a.b'
  | 'ab.A.A'
  | 'b.A.A.a'
  | 'b.A.b.ab'
>()
expectEqual<Select<'#.b.a', MadeUpType>, 'A.a.A.b.a' | 'ab.a.A.a.b.a'>()
expectEqual<Select<'b.b.*.b.b', MadeUpType>, never>()
expectEqual<
  Select<'#.*.*.*.*.*', MadeUpType>,
  | 'A.a.a.A.a'
  | 'a.A.A.a.a.a'
  | 'a.a.b.ab.a.a'
  | 'ab.b.ab.A.A.A'
  | 'b.ab.A.a.ab'
  | 'A.ab.A.b.ab'
  | 'A.a.A.b.a'
  | 'ab.b.ab.A.a'
  | 'a.b.ab.ab.a.ab'
  | 'ab.A.a.ab.a'
  | 'ab.a.A.a.b.a'
  | 'A.a.b.b.b'
  | 'A.ab.A.ab.b'
  | 'a.b.ab.A.b'
  | 'b.ab.A.ab.A.A'
  | 'b.b.A.A.b'
  | 'A.ab.b.ab.A'
  | 'ab.ab.b.A.ab.A'
  | 'ab.A.a.b.A.A'
  | 'a.a.ab.ab.b'
  | 'ab.a.b.A.a.ab'
  | 'A.b.b.b.b'
>()
expectEqual<
  Select<'#.a', MadeUpType>,
  | 'a'
  | 'a.ab.a'
  | 'A.a.a.A.a'
  | 'a.A.A.a.a.a'
  | 'a.a.b.ab.a.a'
  | 'A.a.a'
  | 'A.a.A.b.a'
  | 'b.a.a'
  | 'ab.b.ab.A.a'
  | 'A.b.A.a'
  | 'ab.A.a.ab.a'
  | 'ab.a.A.a.b.a'
  | 'ab.ab.ab.a'
  | 'ab.a.a'
  | 'ab.ab.a'
  | 'A.a'
  | 'b.A.A.a'
>()
expectEqual<Select<'a.*.*', MadeUpType>, 'a.ab.a' | 'a.A.A' | 'a.ab.b' | 'a.A.ab' | 'a.a.b'>()
expectEqual<
  Select<'a.#', MadeUpType>,
  | 'a'
  | 'a.ab.a'
  | 'a.A.A.a.a.a'
  | 'a.a.b.ab.a.a'
  | 'a.A.b.b'
  | 'a.b.ab.ab.a.ab'
  | 'a.A.A'
  | 'a.ab.b'
  | 'a.A.ab'
  | 'a.b.ab.A'
  | 'a.b.ab.A.b'
  | 'a.ab.A.A'
  | 'a.a.b'
  | 'a.a.ab.ab.b'
>()
expectEqual<Select<'ab.*', MadeUpType>, 'ab.ab'>()
expectEqual<Select<'*.b.A', MadeUpType>, never>()
expectEqual<Select<'a.a.b.#.*.a', MadeUpType>, 'a.a.b.ab.a.a'>()
expectEqual<Select<'ab', MadeUpType>, 'ab'>()
expectEqual<
  Select<'A.#.b.#.*', MadeUpType>,
  'A.ab.A.b.ab' | 'A.b.b' | 'A.a.A.b.a' | 'A.b.A.a' | 'A.a.b.b.b' | 'A.ab.b.ab.A' | 'A.b.b.b.b'
>()
expectEqual<Select<'A.ab.a', MadeUpType>, never>()
expectEqual<Select<'A', MadeUpType>, 'A'>()
expectEqual<
  Select<'#.b.A.#.#', MadeUpType>,
  | 'b.A.A.ab'
  | 'A.b.A.a'
  | 'b.b.A.A.b'
  | 'ab.ab.b.A.ab.A'
  | 'ab.A.a.b.A.A'
  | 'b.A'
  | 'b.A.a.b'
  | 'b.A.A.a'
  | 'ab.a.b.A.a.ab'
  | 'b.A.b.ab'
>()
expectEqual<Select<'*', MadeUpType>, 'A' | 'a' | 'b' | 'ab'>()
expectEqual<Select<'ab.*.a.b.#.#', MadeUpType>, 'ab.A.a.b.A.A'>()
expectEqual<Select<'A.*.A.#', MadeUpType>, 'A.ab.A.b.ab' | 'A.a.A.b.a' | 'A.b.A.a' | 'A.ab.A.ab.b'>()
expectEqual<
  Select<'ab.*.#.#.#.#', MadeUpType>,
  | 'ab.ab'
  | 'ab.b.ab.A.A.A'
  | 'ab.b.b'
  | 'ab.A.b'
  | 'ab.ab.A.b'
  | 'ab.b.ab.A.a'
  | 'ab.A.a.ab.a'
  | 'ab.a.A.a.b.a'
  | 'ab.a.ab'
  | 'ab.a.a.ab'
  | 'ab.ab.ab.a'
  | 'ab.b.ab'
  | 'ab.a.a'
  | 'ab.ab.b.A.ab.A'
  | 'ab.A.a.b.A.A'
  | 'ab.ab.a'
  | 'ab.A.A'
  | 'ab.a.b.A.a.ab'
>()
expectEqual<Select<'A.*', MadeUpType>, 'A.b' | 'A.A' | 'A.a'>()
expectEqual<Select<'#.#', MadeUpType>, MadeUpType>()
expectEqual<Select<'*.*', MadeUpType>, 'A.b' | 'ab.ab' | 'b.b' | 'b.ab' | 'A.A' | 'A.a' | 'b.A'>()
expectEqual<Select<'*.*.*.*.*.A', MadeUpType>, 'ab.b.ab.A.A.A' | 'b.ab.A.ab.A.A' | 'ab.ab.b.A.ab.A' | 'ab.A.a.b.A.A'>()
expectEqual<Select<'*.*.A', MadeUpType>, 'a.A.A' | 'ab.A.A'>()
expectEqual<
  Select<'#.b.#', MadeUpType>,
  | 'b.A.A.ab'
  | 'A.b'
  | 'b'
  | 'a.a.b.ab.a.a'
  | 'a.A.b.b'
  | 'ab.b.ab.A.A.A'
  | 'ab.b.b'
  | 'ab.A.b'
  | 'b.ab.A.a.ab'
  | 'A.ab.A.b.ab'
  | 'ab.ab.A.b'
  | 'A.b.b'
  | 'b.b'
  | 'A.a.A.b.a'
  | 'b.a.a'
  | 'ab.b.ab.A.a'
  | 'A.b.A.a'
  | 'a.b.ab.ab.a.ab'
  | 'ab.a.A.a.b.a'
  | 'b.ab'
  | 'a.ab.b'
  | 'b.a.ab'
  | 'A.a.b.b.b'
  | 'A.ab.A.ab.b'
  | 'a.b.ab.A'
  | 'a.b.ab.A.b'
  | 'b.ab.A.ab.A.A'
  | 'b.b.A.A.b'
  | 'ab.b.ab'
  | 'a.a.b'
  | 'A.ab.b.ab.A'
  | 'ab.ab.b.A.ab.A'
  | 'ab.A.a.b.A.A'
  | 'a.a.ab.ab.b'
  | 'b.A'
  | 'b.A.a.b'
  | 'b.A.A.a'
  | 'ab.a.b.A.a.ab'
  | 'A.b.b.b.b'
  | 'b.A.b.ab'
>()
expectEqual<
  Select<'ab.#', MadeUpType>,
  | 'ab.ab'
  | 'ab.b.ab.A.A.A'
  | 'ab.b.b'
  | 'ab'
  | 'ab.A.b'
  | 'ab.ab.A.b'
  | 'ab.b.ab.A.a'
  | 'ab.A.a.ab.a'
  | 'ab.a.A.a.b.a'
  | 'ab.a.ab'
  | 'ab.a.a.ab'
  | 'ab.ab.ab.a'
  | 'ab.b.ab'
  | 'ab.a.a'
  | 'ab.ab.b.A.ab.A'
  | 'ab.A.a.b.A.A'
  | 'ab.ab.a'
  | 'ab.A.A'
  | 'ab.a.b.A.a.ab'
>()
expectEqual<
  Select<'#.a.*', MadeUpType>,
  | 'a.A.A.a.a.a'
  | 'a.a.b.ab.a.a'
  | 'A.a.a'
  | 'b.ab.A.a.ab'
  | 'b.a.a'
  | 'a.b.ab.ab.a.ab'
  | 'ab.a.ab'
  | 'b.a.ab'
  | 'ab.a.a.ab'
  | 'ab.a.a'
  | 'a.a.b'
  | 'b.A.a.b'
  | 'ab.a.b.A.a.ab'
>()
expectEqual<Select<'#.*.A.b.ab.ab', MadeUpType>, never>()
expectEqual<
  Select<'#.#.#.#.ab', MadeUpType>,
  | 'b.A.A.ab'
  | 'ab.ab'
  | 'ab'
  | 'b.ab.A.a.ab'
  | 'A.ab.A.b.ab'
  | 'a.b.ab.ab.a.ab'
  | 'b.ab'
  | 'ab.a.ab'
  | 'a.A.ab'
  | 'b.a.ab'
  | 'ab.a.a.ab'
  | 'ab.b.ab'
  | 'ab.a.b.A.a.ab'
  | 'b.A.b.ab'
>()
expectEqual<
  Select<'#.ab.b.#.*', MadeUpType>,
  'ab.b.ab.A.A.A' | 'ab.b.b' | 'ab.b.ab.A.a' | 'ab.b.ab' | 'A.ab.b.ab.A' | 'ab.ab.b.A.ab.A'
>()
expectEqual<
  Select<'*.#.a', MadeUpType>,
  | 'a.ab.a'
  | 'A.a.a.A.a'
  | 'a.A.A.a.a.a'
  | 'a.a.b.ab.a.a'
  | 'A.a.a'
  | 'A.a.A.b.a'
  | 'b.a.a'
  | 'ab.b.ab.A.a'
  | 'A.b.A.a'
  | 'ab.A.a.ab.a'
  | 'ab.a.A.a.b.a'
  | 'ab.ab.ab.a'
  | 'ab.a.a'
  | 'ab.ab.a'
  | 'A.a'
  | 'b.A.A.a'
>()
expectEqual<Select<'b', MadeUpType>, 'b'>()
expectEqual<Select<'a.b.A', MadeUpType>, never>()
expectEqual<
  Select<'b.#.*', MadeUpType>,
  | 'b.A.A.ab'
  | 'b.ab.A.a.ab'
  | 'b.b'
  | 'b.a.a'
  | 'b.ab'
  | 'b.a.ab'
  | 'b.ab.A.ab.A.A'
  | 'b.b.A.A.b'
  | 'b.A'
  | 'b.A.a.b'
  | 'b.A.A.a'
  | 'b.A.b.ab'
>()
expectEqual<
  Select<'#.ab', MadeUpType>,
  | 'b.A.A.ab'
  | 'ab.ab'
  | 'ab'
  | 'b.ab.A.a.ab'
  | 'A.ab.A.b.ab'
  | 'a.b.ab.ab.a.ab'
  | 'b.ab'
  | 'ab.a.ab'
  | 'a.A.ab'
  | 'b.a.ab'
  | 'ab.a.a.ab'
  | 'ab.b.ab'
  | 'ab.a.b.A.a.ab'
  | 'b.A.b.ab'
>()
expectEqual<Select<'*.b.b.#', MadeUpType>, 'ab.b.b' | 'A.b.b' | 'A.b.b.b.b'>()
expectEqual<Select<'*.ab.a.#.*.A', MadeUpType>, never>()
expectEqual<Select<'a.*.A.ab.b.a', MadeUpType>, never>()
expectEqual<
  Select<'*.*.#.*.b.*', MadeUpType>,
  'A.ab.A.b.ab' | 'A.a.A.b.a' | 'ab.a.A.a.b.a' | 'A.a.b.b.b' | 'A.b.b.b.b'
>()
expectEqual<Select<'A.A.*.A.*.#', MadeUpType>, never>()
expectEqual<Select<'a.ab', MadeUpType>, never>()
expectEqual<Select<'ab.*.ab.A.b', MadeUpType>, never>()
expectEqual<Select<'*.ab.a.*.*.*', MadeUpType>, never>()
expectEqual<Select<'*.*.b.*.*.b', MadeUpType>, never>()
expectEqual<Select<'a', MadeUpType>, 'a'>()
expectEqual<Select<'b.*.b', MadeUpType>, never>()
expectEqual<Select<'*.A', MadeUpType>, 'A.A' | 'b.A'>()
expectEqual<
  Select<'#.*.ab.#.*', MadeUpType>,
  | 'a.ab.a'
  | 'a.a.b.ab.a.a'
  | 'ab.b.ab.A.A.A'
  | 'b.ab.A.a.ab'
  | 'A.ab.A.b.ab'
  | 'ab.ab.A.b'
  | 'ab.b.ab.A.a'
  | 'a.b.ab.ab.a.ab'
  | 'ab.A.a.ab.a'
  | 'a.ab.b'
  | 'A.ab.A.ab.b'
  | 'a.b.ab.A'
  | 'ab.ab.ab.a'
  | 'a.b.ab.A.b'
  | 'a.ab.A.A'
  | 'b.ab.A.ab.A.A'
  | 'A.ab.b.ab.A'
  | 'ab.ab.b.A.ab.A'
  | 'ab.ab.a'
  | 'a.a.ab.ab.b'
>()
expectEqual<Select<'b.*', MadeUpType>, 'b.b' | 'b.ab' | 'b.A'>()
expectEqual<Select<'*.A.b.A', MadeUpType>, never>()
expectEqual<Select<'a.A', MadeUpType>, never>()
expectEqual<
  Select<'#.#.A.#.ab', MadeUpType>,
  'b.A.A.ab' | 'b.ab.A.a.ab' | 'A.ab.A.b.ab' | 'a.A.ab' | 'ab.a.b.A.a.ab' | 'b.A.b.ab'
>()
expectEqual<
  Select<'#.*.ab.#.A', MadeUpType>,
  'ab.b.ab.A.A.A' | 'a.b.ab.A' | 'a.ab.A.A' | 'b.ab.A.ab.A.A' | 'A.ab.b.ab.A' | 'ab.ab.b.A.ab.A'
>()
expectEqual<Select<'b.*.#.a.*.#', MadeUpType>, 'b.ab.A.a.ab' | 'b.A.a.b'>()
expectEqual<
  Select<'*.*.*', MadeUpType>,
  | 'a.ab.a'
  | 'A.a.a'
  | 'ab.b.b'
  | 'ab.A.b'
  | 'A.b.b'
  | 'b.a.a'
  | 'a.A.A'
  | 'ab.a.ab'
  | 'a.ab.b'
  | 'a.A.ab'
  | 'b.a.ab'
  | 'ab.b.ab'
  | 'ab.a.a'
  | 'a.a.b'
  | 'ab.ab.a'
  | 'ab.A.A'
>()
expectEqual<Select<'#.#.#.a.ab.b', MadeUpType>, 'a.ab.b'>()
expectEqual<Select<'#.ab.A', MadeUpType>, 'a.b.ab.A' | 'A.ab.b.ab.A' | 'ab.ab.b.A.ab.A'>()
expectEqual<Select<'*.#', MadeUpType>, MadeUpType>()
expectEqual<Select<'b.ab.#.a', MadeUpType>, never>()
expectEqual<Select<'b.b.*.*.b', MadeUpType>, 'b.b.A.A.b'>()
expectEqual<
  Select<'#.A.*.#.*', MadeUpType>,
  | 'A.a.a.A.a'
  | 'b.A.A.ab'
  | 'a.A.A.a.a.a'
  | 'A.a.a'
  | 'a.A.b.b'
  | 'ab.b.ab.A.A.A'
  | 'b.ab.A.a.ab'
  | 'A.ab.A.b.ab'
  | 'A.b.b'
  | 'A.a.A.b.a'
  | 'A.b.A.a'
  | 'ab.A.a.ab.a'
  | 'ab.a.A.a.b.a'
  | 'A.a.b.b.b'
  | 'A.ab.A.ab.b'
  | 'b.ab.A.ab.A.A'
  | 'b.b.A.A.b'
  | 'A.ab.b.ab.A'
  | 'ab.ab.b.A.ab.A'
  | 'ab.A.a.b.A.A'
  | 'b.A.a.b'
  | 'b.A.A.a'
  | 'ab.a.b.A.a.ab'
  | 'A.b.b.b.b'
  | 'b.A.b.ab'
>()
expectEqual<
  Select<'*.*.#', MadeUpType>,
  | 'a.ab.a'
  | 'A.a.a.A.a'
  | 'b.A.A.ab'
  | 'A.b'
  | 'ab.ab'
  | 'a.A.A.a.a.a'
  | 'a.a.b.ab.a.a'
  | 'A.a.a'
  | 'a.A.b.b'
  | 'ab.b.ab.A.A.A'
  | 'ab.b.b'
  | 'ab.A.b'
  | 'b.ab.A.a.ab'
  | 'A.ab.A.b.ab'
  | 'ab.ab.A.b'
  | 'A.b.b'
  | 'b.b'
  | 'A.a.A.b.a'
  | 'b.a.a'
  | 'ab.b.ab.A.a'
  | 'A.b.A.a'
  | 'a.b.ab.ab.a.ab'
  | 'ab.A.a.ab.a'
  | 'a.A.A'
  | 'ab.a.A.a.b.a'
  | 'b.ab'
  | 'ab.a.ab'
  | 'a.ab.b'
  | 'a.A.ab'
  | 'b.a.ab'
  | 'A.a.b.b.b'
  | 'A.ab.A.ab.b'
  | 'ab.a.a.ab'
  | 'a.b.ab.A'
  | 'ab.ab.ab.a'
  | 'a.b.ab.A.b'
  | 'a.ab.A.A'
  | 'b.ab.A.ab.A.A'
  | 'b.b.A.A.b'
  | 'ab.b.ab'
  | 'ab.a.a'
  | 'a.a.b'
  | 'A.ab.b.ab.A'
  | 'ab.ab.b.A.ab.A'
  | 'ab.A.a.b.A.A'
  | 'ab.ab.a'
  | 'A.A'
  | 'A.a'
  | 'a.a.ab.ab.b'
  | 'b.A'
  | 'b.A.a.b'
  | 'ab.A.A'
  | 'b.A.A.a'
  | 'ab.a.b.A.a.ab'
  | 'A.b.b.b.b'
  | 'b.A.b.ab'
>()
expectEqual<
  Select<'*.#.*', MadeUpType>,
  | 'a.ab.a'
  | 'A.a.a.A.a'
  | 'b.A.A.ab'
  | 'A.b'
  | 'ab.ab'
  | 'a.A.A.a.a.a'
  | 'a.a.b.ab.a.a'
  | 'A.a.a'
  | 'a.A.b.b'
  | 'ab.b.ab.A.A.A'
  | 'ab.b.b'
  | 'ab.A.b'
  | 'b.ab.A.a.ab'
  | 'A.ab.A.b.ab'
  | 'ab.ab.A.b'
  | 'A.b.b'
  | 'b.b'
  | 'A.a.A.b.a'
  | 'b.a.a'
  | 'ab.b.ab.A.a'
  | 'A.b.A.a'
  | 'a.b.ab.ab.a.ab'
  | 'ab.A.a.ab.a'
  | 'a.A.A'
  | 'ab.a.A.a.b.a'
  | 'b.ab'
  | 'ab.a.ab'
  | 'a.ab.b'
  | 'a.A.ab'
  | 'b.a.ab'
  | 'A.a.b.b.b'
  | 'A.ab.A.ab.b'
  | 'ab.a.a.ab'
  | 'a.b.ab.A'
  | 'ab.ab.ab.a'
  | 'a.b.ab.A.b'
  | 'a.ab.A.A'
  | 'b.ab.A.ab.A.A'
  | 'b.b.A.A.b'
  | 'ab.b.ab'
  | 'ab.a.a'
  | 'a.a.b'
  | 'A.ab.b.ab.A'
  | 'ab.ab.b.A.ab.A'
  | 'ab.A.a.b.A.A'
  | 'ab.ab.a'
  | 'A.A'
  | 'A.a'
  | 'a.a.ab.ab.b'
  | 'b.A'
  | 'b.A.a.b'
  | 'ab.A.A'
  | 'b.A.A.a'
  | 'ab.a.b.A.a.ab'
  | 'A.b.b.b.b'
  | 'b.A.b.ab'
>()
expectEqual<Select<'*.*.a', MadeUpType>, 'a.ab.a' | 'A.a.a' | 'b.a.a' | 'ab.a.a' | 'ab.ab.a'>()
expectEqual<Select<'#.A.ab.a.ab.A', MadeUpType>, never>()
expectEqual<Select<'A.*.*', MadeUpType>, 'A.a.a' | 'A.b.b'>()
expectEqual<
  Select<'A.*.#', MadeUpType>,
  | 'A.a.a.A.a'
  | 'A.b'
  | 'A.a.a'
  | 'A.ab.A.b.ab'
  | 'A.b.b'
  | 'A.a.A.b.a'
  | 'A.b.A.a'
  | 'A.a.b.b.b'
  | 'A.ab.A.ab.b'
  | 'A.ab.b.ab.A'
  | 'A.A'
  | 'A.a'
  | 'A.b.b.b.b'
>()
expectEqual<Select<'#.#.ab.A.a.#', MadeUpType>, 'b.ab.A.a.ab' | 'ab.b.ab.A.a' | 'ab.A.a.ab.a' | 'ab.A.a.b.A.A'>()
expectEqual<
  Select<'*.#.A', MadeUpType>,
  | 'ab.b.ab.A.A.A'
  | 'a.A.A'
  | 'a.b.ab.A'
  | 'a.ab.A.A'
  | 'b.ab.A.ab.A.A'
  | 'A.ab.b.ab.A'
  | 'ab.ab.b.A.ab.A'
  | 'ab.A.a.b.A.A'
  | 'A.A'
  | 'b.A'
  | 'ab.A.A'
>()
expectEqual<Select<'b.ab.ab', MadeUpType>, never>()
expectEqual<Select<'A.*.b.A', MadeUpType>, never>()
expectEqual<
  Select<'#.*.*.#.*', MadeUpType>,
  | 'a.ab.a'
  | 'A.a.a.A.a'
  | 'b.A.A.ab'
  | 'a.A.A.a.a.a'
  | 'a.a.b.ab.a.a'
  | 'A.a.a'
  | 'a.A.b.b'
  | 'ab.b.ab.A.A.A'
  | 'ab.b.b'
  | 'ab.A.b'
  | 'b.ab.A.a.ab'
  | 'A.ab.A.b.ab'
  | 'ab.ab.A.b'
  | 'A.b.b'
  | 'A.a.A.b.a'
  | 'b.a.a'
  | 'ab.b.ab.A.a'
  | 'A.b.A.a'
  | 'a.b.ab.ab.a.ab'
  | 'ab.A.a.ab.a'
  | 'a.A.A'
  | 'ab.a.A.a.b.a'
  | 'ab.a.ab'
  | 'a.ab.b'
  | 'a.A.ab'
  | 'b.a.ab'
  | 'A.a.b.b.b'
  | 'A.ab.A.ab.b'
  | 'ab.a.a.ab'
  | 'a.b.ab.A'
  | 'ab.ab.ab.a'
  | 'a.b.ab.A.b'
  | 'a.ab.A.A'
  | 'b.ab.A.ab.A.A'
  | 'b.b.A.A.b'
  | 'ab.b.ab'
  | 'ab.a.a'
  | 'a.a.b'
  | 'A.ab.b.ab.A'
  | 'ab.ab.b.A.ab.A'
  | 'ab.A.a.b.A.A'
  | 'ab.ab.a'
  | 'a.a.ab.ab.b'
  | 'b.A.a.b'
  | 'ab.A.A'
  | 'b.A.A.a'
  | 'ab.a.b.A.a.ab'
  | 'A.b.b.b.b'
  | 'b.A.b.ab'
>()
expectEqual<Select<'#.#.a.#.A.A', MadeUpType>, 'a.A.A' | 'a.ab.A.A' | 'ab.A.a.b.A.A'>()
expectEqual<
  Select<'#.b.#.*.#', MadeUpType>,
  | 'b.A.A.ab'
  | 'a.a.b.ab.a.a'
  | 'a.A.b.b'
  | 'ab.b.ab.A.A.A'
  | 'ab.b.b'
  | 'b.ab.A.a.ab'
  | 'A.ab.A.b.ab'
  | 'A.b.b'
  | 'b.b'
  | 'A.a.A.b.a'
  | 'b.a.a'
  | 'ab.b.ab.A.a'
  | 'A.b.A.a'
  | 'a.b.ab.ab.a.ab'
  | 'ab.a.A.a.b.a'
  | 'b.ab'
  | 'b.a.ab'
  | 'A.a.b.b.b'
  | 'a.b.ab.A'
  | 'a.b.ab.A.b'
  | 'b.ab.A.ab.A.A'
  | 'b.b.A.A.b'
  | 'ab.b.ab'
  | 'A.ab.b.ab.A'
  | 'ab.ab.b.A.ab.A'
  | 'ab.A.a.b.A.A'
  | 'b.A'
  | 'b.A.a.b'
  | 'b.A.A.a'
  | 'ab.a.b.A.a.ab'
  | 'A.b.b.b.b'
  | 'b.A.b.ab'
>()
expectEqual<Select<'#.ab.*.*.a', MadeUpType>, 'ab.ab.ab.a'>()
expectEqual<Select<'ab.b.*', MadeUpType>, 'ab.b.b' | 'ab.b.ab'>()
expectEqual<
  Select<'A.#', MadeUpType>,
  | 'A'
  | 'A.a.a.A.a'
  | 'A.b'
  | 'A.a.a'
  | 'A.ab.A.b.ab'
  | 'A.b.b'
  | 'A.a.A.b.a'
  | 'A.b.A.a'
  | 'A.a.b.b.b'
  | 'A.ab.A.ab.b'
  | 'A.ab.b.ab.A'
  | 'A.A'
  | 'A.a'
  | 'A.b.b.b.b'
>()
expectEqual<Select<'b.*.b.#.A', MadeUpType>, never>()
expectEqual<Select<'*.#.*.A.b.#', MadeUpType>, 'A.ab.A.b.ab' | 'ab.ab.A.b' | 'A.a.A.b.a' | 'a.b.ab.A.b' | 'b.b.A.A.b'>()
expectEqual<Select<'ab.*.#.*.a.*', MadeUpType>, 'ab.a.b.A.a.ab'>()
expectEqual<
  Select<'#.ab.#.*.*', MadeUpType>,
  | 'a.a.b.ab.a.a'
  | 'ab.b.ab.A.A.A'
  | 'ab.b.b'
  | 'ab.A.b'
  | 'b.ab.A.a.ab'
  | 'A.ab.A.b.ab'
  | 'ab.ab.A.b'
  | 'ab.b.ab.A.a'
  | 'a.b.ab.ab.a.ab'
  | 'ab.A.a.ab.a'
  | 'ab.a.A.a.b.a'
  | 'ab.a.ab'
  | 'A.ab.A.ab.b'
  | 'ab.a.a.ab'
  | 'ab.ab.ab.a'
  | 'a.b.ab.A.b'
  | 'a.ab.A.A'
  | 'b.ab.A.ab.A.A'
  | 'ab.b.ab'
  | 'ab.a.a'
  | 'A.ab.b.ab.A'
  | 'ab.ab.b.A.ab.A'
  | 'ab.A.a.b.A.A'
  | 'ab.ab.a'
  | 'a.a.ab.ab.b'
  | 'ab.A.A'
  | 'ab.a.b.A.a.ab'
>()
expectEqual<Select<'a.A.*.a.A', MadeUpType>, never>()
expectEqual<Select<'a.b', MadeUpType>, never>()
expectEqual<Select<'#.#.#', MadeUpType>, MadeUpType>()
expectEqual<
  Select<'#.#.a.#.*', MadeUpType>,
  | 'a.ab.a'
  | 'A.a.a.A.a'
  | 'a.A.A.a.a.a'
  | 'a.a.b.ab.a.a'
  | 'A.a.a'
  | 'a.A.b.b'
  | 'b.ab.A.a.ab'
  | 'A.a.A.b.a'
  | 'b.a.a'
  | 'a.b.ab.ab.a.ab'
  | 'ab.A.a.ab.a'
  | 'a.A.A'
  | 'ab.a.A.a.b.a'
  | 'ab.a.ab'
  | 'a.ab.b'
  | 'a.A.ab'
  | 'b.a.ab'
  | 'A.a.b.b.b'
  | 'ab.a.a.ab'
  | 'a.b.ab.A'
  | 'a.b.ab.A.b'
  | 'a.ab.A.A'
  | 'ab.a.a'
  | 'a.a.b'
  | 'ab.A.a.b.A.A'
  | 'a.a.ab.ab.b'
  | 'b.A.a.b'
  | 'ab.a.b.A.a.ab'
>()
expectEqual<
  Select<'b.#', MadeUpType>,
  | 'b.A.A.ab'
  | 'b'
  | 'b.ab.A.a.ab'
  | 'b.b'
  | 'b.a.a'
  | 'b.ab'
  | 'b.a.ab'
  | 'b.ab.A.ab.A.A'
  | 'b.b.A.A.b'
  | 'b.A'
  | 'b.A.a.b'
  | 'b.A.A.a'
  | 'b.A.b.ab'
>()
expectEqual<Select<'ab.b', MadeUpType>, never>()
expectEqual<Select<'#.*.a.b.*', MadeUpType>, 'ab.a.A.a.b.a'>()
expectEqual<
  Select<'#.#.a.ab.#.#', MadeUpType>,
  | 'a.ab.a'
  | 'b.ab.A.a.ab'
  | 'a.b.ab.ab.a.ab'
  | 'ab.A.a.ab.a'
  | 'ab.a.ab'
  | 'a.ab.b'
  | 'b.a.ab'
  | 'ab.a.a.ab'
  | 'a.ab.A.A'
  | 'a.a.ab.ab.b'
  | 'ab.a.b.A.a.ab'
>()
expectEqual<
  Select<'#.*.a.#', MadeUpType>,
  | 'a.ab.a'
  | 'A.a.a.A.a'
  | 'a.A.A.a.a.a'
  | 'a.a.b.ab.a.a'
  | 'A.a.a'
  | 'b.ab.A.a.ab'
  | 'A.a.A.b.a'
  | 'b.a.a'
  | 'ab.b.ab.A.a'
  | 'A.b.A.a'
  | 'a.b.ab.ab.a.ab'
  | 'ab.A.a.ab.a'
  | 'ab.a.A.a.b.a'
  | 'ab.a.ab'
  | 'b.a.ab'
  | 'A.a.b.b.b'
  | 'ab.a.a.ab'
  | 'ab.ab.ab.a'
  | 'ab.a.a'
  | 'a.a.b'
  | 'ab.A.a.b.A.A'
  | 'ab.ab.a'
  | 'A.a'
  | 'a.a.ab.ab.b'
  | 'b.A.a.b'
  | 'b.A.A.a'
  | 'ab.a.b.A.a.ab'
>()
expectEqual<Select<'b.A.A.b.*', MadeUpType>, never>()
expectEqual<
  Select<'*.ab.A.#', MadeUpType>,
  'b.ab.A.a.ab' | 'A.ab.A.b.ab' | 'ab.ab.A.b' | 'A.ab.A.ab.b' | 'a.ab.A.A' | 'b.ab.A.ab.A.A'
>()
expectEqual<Select<'#.#.#.*', MadeUpType>, MadeUpType>()
expectEqual<Select<'A.#.a.ab.a.b', MadeUpType>, never>()
expectEqual<Select<'#.ab.a.ab.A.#', MadeUpType>, never>()
expectEqual<Select<'b.*.#.a.ab', MadeUpType>, 'b.ab.A.a.ab'>()
expectEqual<
  Select<'#.b', MadeUpType>,
  | 'A.b'
  | 'b'
  | 'a.A.b.b'
  | 'ab.b.b'
  | 'ab.A.b'
  | 'ab.ab.A.b'
  | 'A.b.b'
  | 'b.b'
  | 'a.ab.b'
  | 'A.a.b.b.b'
  | 'A.ab.A.ab.b'
  | 'a.b.ab.A.b'
  | 'b.b.A.A.b'
  | 'a.a.b'
  | 'a.a.ab.ab.b'
  | 'b.A.a.b'
  | 'A.b.b.b.b'
>()
expectEqual<Select<'A.b.*.a.*', MadeUpType>, never>()
expectEqual<Select<'b.ab.A.A.*', MadeUpType>, never>()
expectEqual<Select<'A.ab', MadeUpType>, never>()
expectEqual<Select<'b.ab', MadeUpType>, 'b.ab'>()
expectEqual<Select<'b.ab.a.#', MadeUpType>, never>()
expectEqual<Select<'A.#.a.ab', MadeUpType>, never>()
expectEqual<Select<'a.*', MadeUpType>, never>()
expectEqual<
  Select<'b.#.*.#', MadeUpType>,
  | 'b.A.A.ab'
  | 'b.ab.A.a.ab'
  | 'b.b'
  | 'b.a.a'
  | 'b.ab'
  | 'b.a.ab'
  | 'b.ab.A.ab.A.A'
  | 'b.b.A.A.b'
  | 'b.A'
  | 'b.A.a.b'
  | 'b.A.A.a'
  | 'b.A.b.ab'
>()
expectEqual<Select<'A.*.b.ab.ab.#', MadeUpType>, never>()
expectEqual<Select<'*.A.*.*', MadeUpType>, 'b.A.A.ab' | 'a.A.b.b' | 'b.A.a.b' | 'b.A.A.a' | 'b.A.b.ab'>()
expectEqual<Select<'A.A', MadeUpType>, 'A.A'>()
expectEqual<Select<'#.A.*.b.#.A', MadeUpType>, 'A.ab.b.ab.A' | 'ab.A.a.b.A.A'>()
expectEqual<Select<'#.ab.b', MadeUpType>, 'a.ab.b' | 'A.ab.A.ab.b' | 'a.a.ab.ab.b'>()
expectEqual<
  Select<'*.ab.#.*', MadeUpType>,
  | 'a.ab.a'
  | 'b.ab.A.a.ab'
  | 'A.ab.A.b.ab'
  | 'ab.ab.A.b'
  | 'a.ab.b'
  | 'A.ab.A.ab.b'
  | 'ab.ab.ab.a'
  | 'a.ab.A.A'
  | 'b.ab.A.ab.A.A'
  | 'A.ab.b.ab.A'
  | 'ab.ab.b.A.ab.A'
  | 'ab.ab.a'
>()
expectEqual<Select<'A.b.ab.#.*.#', MadeUpType>, never>()
expectEqual<Select<'ab.ab.ab.#.a.#', MadeUpType>, 'ab.ab.ab.a'>()
expectEqual<Select<'#.*.b.A.ab', MadeUpType>, never>()
expectEqual<Select<'*.ab.A.ab', MadeUpType>, never>()
expectEqual<
  Select<'#.#.#.#.b', MadeUpType>,
  | 'A.b'
  | 'b'
  | 'a.A.b.b'
  | 'ab.b.b'
  | 'ab.A.b'
  | 'ab.ab.A.b'
  | 'A.b.b'
  | 'b.b'
  | 'a.ab.b'
  | 'A.a.b.b.b'
  | 'A.ab.A.ab.b'
  | 'a.b.ab.A.b'
  | 'b.b.A.A.b'
  | 'a.a.b'
  | 'a.a.ab.ab.b'
  | 'b.A.a.b'
  | 'A.b.b.b.b'
>()
expectEqual<Select<'ab.a.#.a.A', MadeUpType>, never>()
expectEqual<Select<'#.a.A', MadeUpType>, never>()
expectEqual<
  Select<'b.#.*.*', MadeUpType>,
  'b.A.A.ab' | 'b.ab.A.a.ab' | 'b.a.a' | 'b.a.ab' | 'b.ab.A.ab.A.A' | 'b.b.A.A.b' | 'b.A.a.b' | 'b.A.A.a' | 'b.A.b.ab'
>()
expectEqual<Select<'a.a', MadeUpType>, never>()
expectEqual<Select<'*.a.ab.A.b', MadeUpType>, never>()
expectEqual<Select<'b.*.#.#.a.ab', MadeUpType>, 'b.ab.A.a.ab'>()
expectEqual<
  Select<'ab.#.a', MadeUpType>,
  'ab.b.ab.A.a' | 'ab.A.a.ab.a' | 'ab.a.A.a.b.a' | 'ab.ab.ab.a' | 'ab.a.a' | 'ab.ab.a'
>()
expectEqual<Select<'#.a.*.ab.b.*', MadeUpType>, never>()
expectEqual<Select<'a.A.#.*', MadeUpType>, 'a.A.A.a.a.a' | 'a.A.b.b' | 'a.A.A' | 'a.A.ab'>()
expectEqual<Select<'*.#.#.#.ab.b', MadeUpType>, 'a.ab.b' | 'A.ab.A.ab.b' | 'a.a.ab.ab.b'>()
expectEqual<Select<'b.#.a', MadeUpType>, 'b.a.a' | 'b.A.A.a'>()
expectEqual<Select<'b.a.*', MadeUpType>, 'b.a.a' | 'b.a.ab'>()
expectEqual<Select<'#.A.A.b', MadeUpType>, 'b.b.A.A.b'>()
expectEqual<
  Select<'*.*.#.ab', MadeUpType>,
  | 'b.A.A.ab'
  | 'b.ab.A.a.ab'
  | 'A.ab.A.b.ab'
  | 'a.b.ab.ab.a.ab'
  | 'ab.a.ab'
  | 'a.A.ab'
  | 'b.a.ab'
  | 'ab.a.a.ab'
  | 'ab.b.ab'
  | 'ab.a.b.A.a.ab'
  | 'b.A.b.ab'
>()
expectEqual<Select<'b.ab.#', MadeUpType>, 'b.ab.A.a.ab' | 'b.ab' | 'b.ab.A.ab.A.A'>()
expectEqual<Select<'A.b', MadeUpType>, 'A.b'>()
expectEqual<Select<'ab.*.ab.*.b.b', MadeUpType>, never>()
expectEqual<Select<'b.A.b', MadeUpType>, never>()
expectEqual<
  Select<'#.a.ab', MadeUpType>,
  'b.ab.A.a.ab' | 'a.b.ab.ab.a.ab' | 'ab.a.ab' | 'b.a.ab' | 'ab.a.a.ab' | 'ab.a.b.A.a.ab'
>()
expectEqual<Select<'A.#.A.b.a.ab', MadeUpType>, never>()
expectEqual<Select<'a.a.a.a.a', MadeUpType>, never>()
expectEqual<Select<'*.b.A.*', MadeUpType>, 'A.b.A.a'>()
expectEqual<Select<'a.#.A', MadeUpType>, 'a.A.A' | 'a.b.ab.A' | 'a.ab.A.A'>()
expectEqual<Select<'a.b.*.#.ab.b', MadeUpType>, never>()
expectEqual<
  Select<'A.#.*', MadeUpType>,
  | 'A.a.a.A.a'
  | 'A.b'
  | 'A.a.a'
  | 'A.ab.A.b.ab'
  | 'A.b.b'
  | 'A.a.A.b.a'
  | 'A.b.A.a'
  | 'A.a.b.b.b'
  | 'A.ab.A.ab.b'
  | 'A.ab.b.ab.A'
  | 'A.A'
  | 'A.a'
  | 'A.b.b.b.b'
>()
expectEqual<
  Select<'#.#.*.#.*', MadeUpType>,
  | 'a.ab.a'
  | 'A.a.a.A.a'
  | 'b.A.A.ab'
  | 'A.b'
  | 'ab.ab'
  | 'a.A.A.a.a.a'
  | 'a.a.b.ab.a.a'
  | 'A.a.a'
  | 'a.A.b.b'
  | 'ab.b.ab.A.A.A'
  | 'ab.b.b'
  | 'ab.A.b'
  | 'b.ab.A.a.ab'
  | 'A.ab.A.b.ab'
  | 'ab.ab.A.b'
  | 'A.b.b'
  | 'b.b'
  | 'A.a.A.b.a'
  | 'b.a.a'
  | 'ab.b.ab.A.a'
  | 'A.b.A.a'
  | 'a.b.ab.ab.a.ab'
  | 'ab.A.a.ab.a'
  | 'a.A.A'
  | 'ab.a.A.a.b.a'
  | 'b.ab'
  | 'ab.a.ab'
  | 'a.ab.b'
  | 'a.A.ab'
  | 'b.a.ab'
  | 'A.a.b.b.b'
  | 'A.ab.A.ab.b'
  | 'ab.a.a.ab'
  | 'a.b.ab.A'
  | 'ab.ab.ab.a'
  | 'a.b.ab.A.b'
  | 'a.ab.A.A'
  | 'b.ab.A.ab.A.A'
  | 'b.b.A.A.b'
  | 'ab.b.ab'
  | 'ab.a.a'
  | 'a.a.b'
  | 'A.ab.b.ab.A'
  | 'ab.ab.b.A.ab.A'
  | 'ab.A.a.b.A.A'
  | 'ab.ab.a'
  | 'A.A'
  | 'A.a'
  | 'a.a.ab.ab.b'
  | 'b.A'
  | 'b.A.a.b'
  | 'ab.A.A'
  | 'b.A.A.a'
  | 'ab.a.b.A.a.ab'
  | 'A.b.b.b.b'
  | 'b.A.b.ab'
>()
expectEqual<Select<'a.#.#.A.A', MadeUpType>, 'a.A.A' | 'a.ab.A.A'>()
expectEqual<
  Select<'*.*.A.*.*', MadeUpType>,
  'b.ab.A.a.ab' | 'A.ab.A.b.ab' | 'A.a.A.b.a' | 'A.ab.A.ab.b' | 'b.b.A.A.b'
>()
expectEqual<Select<'#.b.b', MadeUpType>, 'a.A.b.b' | 'ab.b.b' | 'A.b.b' | 'b.b' | 'A.a.b.b.b' | 'A.b.b.b.b'>()
expectEqual<
  Select<'ab.#.ab.#.#', MadeUpType>,
  | 'ab.ab'
  | 'ab.b.ab.A.A.A'
  | 'ab.ab.A.b'
  | 'ab.b.ab.A.a'
  | 'ab.A.a.ab.a'
  | 'ab.a.ab'
  | 'ab.a.a.ab'
  | 'ab.ab.ab.a'
  | 'ab.b.ab'
  | 'ab.ab.b.A.ab.A'
  | 'ab.ab.a'
  | 'ab.a.b.A.a.ab'
>()
expectEqual<Select<'A.#.A.A.#.#', MadeUpType>, never>()
expectEqual<Select<'b.b', MadeUpType>, 'b.b'>()
expectEqual<Select<'b.#.ab.A.#.b', MadeUpType>, never>()
expectEqual<
  Select<'A.*.#.*', MadeUpType>,
  | 'A.a.a.A.a'
  | 'A.a.a'
  | 'A.ab.A.b.ab'
  | 'A.b.b'
  | 'A.a.A.b.a'
  | 'A.b.A.a'
  | 'A.a.b.b.b'
  | 'A.ab.A.ab.b'
  | 'A.ab.b.ab.A'
  | 'A.b.b.b.b'
>()
expectEqual<Select<'#.a.ab.A.ab.#', MadeUpType>, never>()
expectEqual<
  Select<'*.#.b.*.*', MadeUpType>,
  'A.b.A.a' | 'A.a.b.b.b' | 'a.b.ab.A' | 'A.ab.b.ab.A' | 'ab.A.a.b.A.A' | 'A.b.b.b.b'
>()
expectEqual<Select<'a.#.#.A.a.#', MadeUpType>, 'a.A.A.a.a.a'>()
expectEqual<Select<'*.a', MadeUpType>, 'A.a'>()
expectEqual<Select<'b.#.ab.A.#', MadeUpType>, 'b.ab.A.a.ab' | 'b.ab.A.ab.A.A'>()
expectEqual<Select<'b.*.A.*', MadeUpType>, 'b.A.A.ab' | 'b.A.A.a'>()
expectEqual<
  Select<'*.#.*.*.A', MadeUpType>,
  'ab.b.ab.A.A.A' | 'a.b.ab.A' | 'a.ab.A.A' | 'b.ab.A.ab.A.A' | 'A.ab.b.ab.A' | 'ab.ab.b.A.ab.A' | 'ab.A.a.b.A.A'
>()
expectEqual<Select<'ab.#.A', MadeUpType>, 'ab.b.ab.A.A.A' | 'ab.ab.b.A.ab.A' | 'ab.A.a.b.A.A' | 'ab.A.A'>()
expectEqual<
  Select<'#.a.A.#', MadeUpType>,
  'A.a.a.A.a' | 'a.A.A.a.a.a' | 'a.A.b.b' | 'A.a.A.b.a' | 'a.A.A' | 'ab.a.A.a.b.a' | 'a.A.ab'
>()
expectEqual<Select<'A.#.#.ab.#.A', MadeUpType>, 'A.ab.b.ab.A'>()
expectEqual<Select<'ab.b.#', MadeUpType>, 'ab.b.ab.A.A.A' | 'ab.b.b' | 'ab.b.ab.A.a' | 'ab.b.ab'>()
expectEqual<Select<'ab.b.a.*.*.a', MadeUpType>, never>()
expectEqual<
  Select<'*.ab.#.#.#.#', MadeUpType>,
  | 'a.ab.a'
  | 'ab.ab'
  | 'b.ab.A.a.ab'
  | 'A.ab.A.b.ab'
  | 'ab.ab.A.b'
  | 'b.ab'
  | 'a.ab.b'
  | 'A.ab.A.ab.b'
  | 'ab.ab.ab.a'
  | 'a.ab.A.A'
  | 'b.ab.A.ab.A.A'
  | 'A.ab.b.ab.A'
  | 'ab.ab.b.A.ab.A'
  | 'ab.ab.a'
>()
expectEqual<Select<'b.a.#.a.b.#', MadeUpType>, never>()
expectEqual<Select<'*.b.#.a.ab', MadeUpType>, 'a.b.ab.ab.a.ab'>()
expectEqual<Select<'b.#.ab.b.#', MadeUpType>, never>()
expectEqual<Select<'*.A.ab.*.#', MadeUpType>, never>()
expectEqual<Select<'*.a.b.*.b.A', MadeUpType>, never>()
expectEqual<Select<'b.*.b.a', MadeUpType>, never>()
expectEqual<Select<'*.a.ab.#.A', MadeUpType>, never>()
expectEqual<Select<'ab.a.#.ab.#.A', MadeUpType>, never>()
expectEqual<
  Select<'ab.*.*.#.#', MadeUpType>,
  | 'ab.b.ab.A.A.A'
  | 'ab.b.b'
  | 'ab.A.b'
  | 'ab.ab.A.b'
  | 'ab.b.ab.A.a'
  | 'ab.A.a.ab.a'
  | 'ab.a.A.a.b.a'
  | 'ab.a.ab'
  | 'ab.a.a.ab'
  | 'ab.ab.ab.a'
  | 'ab.b.ab'
  | 'ab.a.a'
  | 'ab.ab.b.A.ab.A'
  | 'ab.A.a.b.A.A'
  | 'ab.ab.a'
  | 'ab.A.A'
  | 'ab.a.b.A.a.ab'
>()
expectEqual<Select<'b.#.*.#.a.#', MadeUpType>, 'b.ab.A.a.ab' | 'b.a.a' | 'b.A.a.b' | 'b.A.A.a'>()
expectEqual<Select<'a.#.*.a.b.#', MadeUpType>, never>()
expectEqual<
  Select<'*.ab.#.*.#', MadeUpType>,
  | 'a.ab.a'
  | 'b.ab.A.a.ab'
  | 'A.ab.A.b.ab'
  | 'ab.ab.A.b'
  | 'a.ab.b'
  | 'A.ab.A.ab.b'
  | 'ab.ab.ab.a'
  | 'a.ab.A.A'
  | 'b.ab.A.ab.A.A'
  | 'A.ab.b.ab.A'
  | 'ab.ab.b.A.ab.A'
  | 'ab.ab.a'
>()
expectEqual<Select<'ab.*.ab.ab', MadeUpType>, never>()
expectEqual<
  Select<'*.b.#.A.#', MadeUpType>,
  'ab.b.ab.A.A.A' | 'ab.b.ab.A.a' | 'A.b.A.a' | 'a.b.ab.A' | 'a.b.ab.A.b' | 'b.b.A.A.b'
>()
expectEqual<Select<'*.a.A', MadeUpType>, never>()
expectEqual<Select<'#.#.ab.#.b.ab', MadeUpType>, 'A.ab.A.b.ab' | 'ab.b.ab'>()
expectEqual<Select<'A.a.*.*.b.A', MadeUpType>, never>()
expectEqual<Select<'*.A.ab.#', MadeUpType>, 'a.A.ab'>()
expectEqual<Select<'*.*.b', MadeUpType>, 'ab.b.b' | 'ab.A.b' | 'A.b.b' | 'a.ab.b' | 'a.a.b'>()
expectEqual<
  Select<'a.*.#.#', MadeUpType>,
  | 'a.ab.a'
  | 'a.A.A.a.a.a'
  | 'a.a.b.ab.a.a'
  | 'a.A.b.b'
  | 'a.b.ab.ab.a.ab'
  | 'a.A.A'
  | 'a.ab.b'
  | 'a.A.ab'
  | 'a.b.ab.A'
  | 'a.b.ab.A.b'
  | 'a.ab.A.A'
  | 'a.a.b'
  | 'a.a.ab.ab.b'
>()
expectEqual<Select<'A.#.a', MadeUpType>, 'A.a.a.A.a' | 'A.a.a' | 'A.a.A.b.a' | 'A.b.A.a' | 'A.a'>()
expectEqual<Select<'b.#.#.b.*.ab', MadeUpType>, never>()
expectEqual<
  Select<'#.A', MadeUpType>,
  | 'A'
  | 'ab.b.ab.A.A.A'
  | 'a.A.A'
  | 'a.b.ab.A'
  | 'a.ab.A.A'
  | 'b.ab.A.ab.A.A'
  | 'A.ab.b.ab.A'
  | 'ab.ab.b.A.ab.A'
  | 'ab.A.a.b.A.A'
  | 'A.A'
  | 'b.A'
  | 'ab.A.A'
>()
expectEqual<Select<'ab.a.#.ab.#.#', MadeUpType>, 'ab.a.ab' | 'ab.a.a.ab' | 'ab.a.b.A.a.ab'>()
expectEqual<
  Select<'*.*.#.*', MadeUpType>,
  | 'a.ab.a'
  | 'A.a.a.A.a'
  | 'b.A.A.ab'
  | 'a.A.A.a.a.a'
  | 'a.a.b.ab.a.a'
  | 'A.a.a'
  | 'a.A.b.b'
  | 'ab.b.ab.A.A.A'
  | 'ab.b.b'
  | 'ab.A.b'
  | 'b.ab.A.a.ab'
  | 'A.ab.A.b.ab'
  | 'ab.ab.A.b'
  | 'A.b.b'
  | 'A.a.A.b.a'
  | 'b.a.a'
  | 'ab.b.ab.A.a'
  | 'A.b.A.a'
  | 'a.b.ab.ab.a.ab'
  | 'ab.A.a.ab.a'
  | 'a.A.A'
  | 'ab.a.A.a.b.a'
  | 'ab.a.ab'
  | 'a.ab.b'
  | 'a.A.ab'
  | 'b.a.ab'
  | 'A.a.b.b.b'
  | 'A.ab.A.ab.b'
  | 'ab.a.a.ab'
  | 'a.b.ab.A'
  | 'ab.ab.ab.a'
  | 'a.b.ab.A.b'
  | 'a.ab.A.A'
  | 'b.ab.A.ab.A.A'
  | 'b.b.A.A.b'
  | 'ab.b.ab'
  | 'ab.a.a'
  | 'a.a.b'
  | 'A.ab.b.ab.A'
  | 'ab.ab.b.A.ab.A'
  | 'ab.A.a.b.A.A'
  | 'ab.ab.a'
  | 'a.a.ab.ab.b'
  | 'b.A.a.b'
  | 'ab.A.A'
  | 'b.A.A.a'
  | 'ab.a.b.A.a.ab'
  | 'A.b.b.b.b'
  | 'b.A.b.ab'
>()
expectEqual<Select<'#.b.#.#.*.a', MadeUpType>, 'a.a.b.ab.a.a' | 'b.a.a' | 'ab.b.ab.A.a' | 'A.b.A.a' | 'b.A.A.a'>()
expectEqual<Select<'b.a.*.*.ab.#', MadeUpType>, never>()
expectEqual<Select<'b.A.a.b.a', MadeUpType>, never>()
expectEqual<Select<'*.#.#.*.ab.A', MadeUpType>, 'a.b.ab.A' | 'A.ab.b.ab.A' | 'ab.ab.b.A.ab.A'>()
expectEqual<Select<'ab.#.b', MadeUpType>, 'ab.b.b' | 'ab.A.b' | 'ab.ab.A.b'>()
expectEqual<Select<'a.*.#.#.*.A', MadeUpType>, 'a.b.ab.A' | 'a.ab.A.A'>()
expectEqual<Select<'*.a.A.b', MadeUpType>, never>()
expectEqual<Select<'*.a.b.#.A.b', MadeUpType>, never>()
expectEqual<Select<'b.b.a', MadeUpType>, never>()
expectEqual<Select<'ab.*.A.#', MadeUpType>, 'ab.ab.A.b' | 'ab.a.A.a.b.a' | 'ab.A.A'>()
expectEqual<Select<'b.#.A.ab', MadeUpType>, 'b.A.A.ab'>()
expectEqual<
  Select<'b.*.#', MadeUpType>,
  | 'b.A.A.ab'
  | 'b.ab.A.a.ab'
  | 'b.b'
  | 'b.a.a'
  | 'b.ab'
  | 'b.a.ab'
  | 'b.ab.A.ab.A.A'
  | 'b.b.A.A.b'
  | 'b.A'
  | 'b.A.a.b'
  | 'b.A.A.a'
  | 'b.A.b.ab'
>()
expectEqual<Select<'b.*.A.b.*', MadeUpType>, never>()
expectEqual<Select<'*.#.#.a.a.*', MadeUpType>, 'a.A.A.a.a.a' | 'ab.a.a.ab'>()
expectEqual<Select<'*.ab.b', MadeUpType>, 'a.ab.b'>()
expectEqual<Select<'a.a.*.A.a.#', MadeUpType>, never>()
expectEqual<Select<'#.#.*.a.*.A', MadeUpType>, never>()
expectEqual<Select<'#.#.b.a.A.A', MadeUpType>, never>()
expectEqual<Select<'ab.*.A.*.b', MadeUpType>, never>()
expectEqual<
  Select<'#.#.ab.a.#', MadeUpType>,
  | 'a.ab.a'
  | 'a.a.b.ab.a.a'
  | 'a.b.ab.ab.a.ab'
  | 'ab.A.a.ab.a'
  | 'ab.a.A.a.b.a'
  | 'ab.a.ab'
  | 'ab.a.a.ab'
  | 'ab.ab.ab.a'
  | 'ab.a.a'
  | 'ab.ab.a'
  | 'ab.a.b.A.a.ab'
>()
expectEqual<Select<'#.#.A.b.A', MadeUpType>, never>()
expectEqual<Select<'A.*.A.b', MadeUpType>, never>()
expectEqual<Select<'b.*.A.#.*', MadeUpType>, 'b.A.A.ab' | 'b.ab.A.a.ab' | 'b.ab.A.ab.A.A' | 'b.b.A.A.b' | 'b.A.A.a'>()
expectEqual<Select<'*.ab.b.A.*.#', MadeUpType>, 'ab.ab.b.A.ab.A'>()
expectEqual<Select<'#.*.b.ab', MadeUpType>, 'A.ab.A.b.ab' | 'ab.b.ab' | 'b.A.b.ab'>()
expectEqual<
  Select<'*.#.*.#', MadeUpType>,
  | 'a.ab.a'
  | 'A.a.a.A.a'
  | 'b.A.A.ab'
  | 'A.b'
  | 'ab.ab'
  | 'a.A.A.a.a.a'
  | 'a.a.b.ab.a.a'
  | 'A.a.a'
  | 'a.A.b.b'
  | 'ab.b.ab.A.A.A'
  | 'ab.b.b'
  | 'ab.A.b'
  | 'b.ab.A.a.ab'
  | 'A.ab.A.b.ab'
  | 'ab.ab.A.b'
  | 'A.b.b'
  | 'b.b'
  | 'A.a.A.b.a'
  | 'b.a.a'
  | 'ab.b.ab.A.a'
  | 'A.b.A.a'
  | 'a.b.ab.ab.a.ab'
  | 'ab.A.a.ab.a'
  | 'a.A.A'
  | 'ab.a.A.a.b.a'
  | 'b.ab'
  | 'ab.a.ab'
  | 'a.ab.b'
  | 'a.A.ab'
  | 'b.a.ab'
  | 'A.a.b.b.b'
  | 'A.ab.A.ab.b'
  | 'ab.a.a.ab'
  | 'a.b.ab.A'
  | 'ab.ab.ab.a'
  | 'a.b.ab.A.b'
  | 'a.ab.A.A'
  | 'b.ab.A.ab.A.A'
  | 'b.b.A.A.b'
  | 'ab.b.ab'
  | 'ab.a.a'
  | 'a.a.b'
  | 'A.ab.b.ab.A'
  | 'ab.ab.b.A.ab.A'
  | 'ab.A.a.b.A.A'
  | 'ab.ab.a'
  | 'A.A'
  | 'A.a'
  | 'a.a.ab.ab.b'
  | 'b.A'
  | 'b.A.a.b'
  | 'ab.A.A'
  | 'b.A.A.a'
  | 'ab.a.b.A.a.ab'
  | 'A.b.b.b.b'
  | 'b.A.b.ab'
>()
expectEqual<Select<'b.A.a.b.#.*', MadeUpType>, never>()
expectEqual<
  Select<'*.*.#.*.#.a', MadeUpType>,
  | 'A.a.a.A.a'
  | 'a.A.A.a.a.a'
  | 'a.a.b.ab.a.a'
  | 'A.a.A.b.a'
  | 'ab.b.ab.A.a'
  | 'A.b.A.a'
  | 'ab.A.a.ab.a'
  | 'ab.a.A.a.b.a'
  | 'ab.ab.ab.a'
  | 'b.A.A.a'
>()
expectEqual<Select<'*.A.*.#.A.a', MadeUpType>, never>()
expectEqual<Select<'b.#.b', MadeUpType>, 'b.b' | 'b.b.A.A.b' | 'b.A.a.b'>()
expectEqual<
  Select<'#.#.#.#.a', MadeUpType>,
  | 'a'
  | 'a.ab.a'
  | 'A.a.a.A.a'
  | 'a.A.A.a.a.a'
  | 'a.a.b.ab.a.a'
  | 'A.a.a'
  | 'A.a.A.b.a'
  | 'b.a.a'
  | 'ab.b.ab.A.a'
  | 'A.b.A.a'
  | 'ab.A.a.ab.a'
  | 'ab.a.A.a.b.a'
  | 'ab.ab.ab.a'
  | 'ab.a.a'
  | 'ab.ab.a'
  | 'A.a'
  | 'b.A.A.a'
>()
expectEqual<Select<'b.a.ab.A.*', MadeUpType>, never>()
expectEqual<Select<'*.b', MadeUpType>, 'A.b' | 'b.b'>()
expectEqual<Select<'*.b.A.a', MadeUpType>, 'A.b.A.a'>()
expectEqual<
  Select<'*.b.#', MadeUpType>,
  | 'A.b'
  | 'ab.b.ab.A.A.A'
  | 'ab.b.b'
  | 'A.b.b'
  | 'b.b'
  | 'ab.b.ab.A.a'
  | 'A.b.A.a'
  | 'a.b.ab.ab.a.ab'
  | 'a.b.ab.A'
  | 'a.b.ab.A.b'
  | 'b.b.A.A.b'
  | 'ab.b.ab'
  | 'A.b.b.b.b'
>()
expectEqual<Select<'#.#.ab.*.a', MadeUpType>, 'a.a.b.ab.a.a' | 'ab.b.ab.A.a' | 'ab.ab.ab.a' | 'ab.a.a' | 'ab.ab.a'>()
expectEqual<Select<'b.b.*.*.#.#', MadeUpType>, 'b.b.A.A.b'>()
expectEqual<Select<'b.*.b.*', MadeUpType>, 'b.A.b.ab'>()
