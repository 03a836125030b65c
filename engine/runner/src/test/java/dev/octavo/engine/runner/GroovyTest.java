package dev.octavo.engine.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.runner.api.PipelineResult;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Groovy offers and Jenkins' interpreter can run, each with a step in the middle that saves the program. */
class GroovyTest {
    private static final String CLASSES = """
            import groovy.transform.Field
            import java.util.regex.Pattern

            @Field def seen = []

            class Base implements Serializable {
                def script
                int count = 0
                Base(script) { this.script = script }
                def getName() { script.pause(); 'base' }
                def twice(x) { script.pause(); x * 2 }
                static int plusOne(int x) { x + 1 }
                def missing(String name) { name }
            }

            class Child extends Base {
                Child(script) { super(script) }
                def twice(x) { super.twice(x) + 1 }
                Child plus(Child other) { script.pause(); count += other.count + 1; this }
                def call(x) { script.pause(); "called ${x}" }
                def methodMissing(String name, args) { "missing ${name} ${args.size()}" }
                def propertyMissing(String name) { "no ${name}" }
            }

            enum Level { LOW, HIGH }

            def pause() { sleep time: 1, unit: 'MILLISECONDS' }

            def withDefault(a, b = 2, Map c = [:]) { pause(); "${a} ${b} ${c.size()}" }

            def sum(int... values) { pause(); int s = 0; for (v in values) { s += v }; s }

            def block(Map options = [:], Closure body) { pause(); body(options.x ?: 0) }

            def fib(n) { n < 2 ? n : fib(n - 1) + fib(n - 2) }

            """;

    @TempDir
    Path folder;

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "assert new Base(this).name == 'base'",
                "assert new Base(this).getName() == 'base'",
                "assert new Child(this).twice(2) == 5",
                "assert Base.plusOne(1) == 2",
                "assert (new Child(this) + new Child(this)).count == 1",
                "def c = new Child(this); assert c(1) == 'called 1'",
                "assert new Child(this).nothing(1, 2) == 'missing nothing 2'",
                "assert new Child(this).nowhere == 'no nowhere'",
                "assert withDefault(1) == '1 2 0' && withDefault(1, 3, [x: 1]) == '1 3 1'",
                "assert sum(1, 2, 3) == 6",
                "assert block(x: 4) { it + 1 } == 5 && block { x -> pause(); x } == 0",
                "assert fib(10) == 55",
                "def map = [f: { x -> pause(); x + 1 }]; assert map.f(1) == 2",
                "def f = { a, b -> pause(); a + b }; assert f.curry(1)(2) == 3",
                "def f = this.&withDefault; assert f(1) == '1 2 0'",
                "assert [1, 2]*.toString() == ['1', '2']",
                "def all = [new Base(this), null]; assert all*.twice(3) == [6, null]",
                "def text = 'x'; assert ['a', 'b']*.concat(text).collect { it*.toUpperCase().join() } == ['AX', 'BX']",
                "if (true) { def (a, b) = [1, 2]; pause(); assert a + b == 3 }",
                "def list = [1, 2]; list << 3; list += 4; pause(); assert list == [1, 2, 3, 4]",
                "def map = [a: 1]; map.b = 2; map['c'] = 3; pause(); assert map == [a: 1, b: 2, c: 3]",
                "def x = null; pause(); assert (x ?: 'y') == 'y' && x?.foo == null",
                "String text = 'a'; switch (text) { case 'b': assert false; case ~/a/: pause(); break; default: assert false }",
                "switch (3) { case [1, 2]: assert false; case 2..4: pause(); break; default: assert false }",
                "int i = 0; while (i < 3) { i++; if (i == 2) { continue }; pause(); seen << i }; assert seen == [1, 3]",
                "outer: for (a in [1, 2]) { for (b in [1, 2]) { if (b == 2) { continue outer }; pause(); seen << a } }; assert seen == [1, 2]",
                "try { throw new IllegalStateException('x') } catch (IllegalArgumentException | IllegalStateException e) { pause(); assert e.message == 'x' } finally { pause() }",
                "def r = 0; try { r = 1 / 0 } catch (ArithmeticException e) { pause(); r = -1 }; assert r == -1",
                "assert \"${withDefault(1)}\" == '1 2 0'",
                "assert 'a-b'.replaceAll('-', '+').split(/\\+/).collect { pause(); it.toUpperCase() } == ['A', 'B']",
                "assert ('v1.2' =~ /v(\\d+)/)[0][1] == '1'",
                "assert 'v1.2' ==~ /v.*/ && !('x' ==~ /v.*/)",
                "assert [a: 1, b: 2].collect { k, v -> pause(); \"${k}${v}\" } == ['a1', 'b2']",
                "assert [a: 1, b: 2].findAll { k, v -> pause(); v > 1 } == [b: 2]",
                "assert [1, 2, 3].inject(0) { a, b -> pause(); a + b } == 6",
                "assert [1, 2, 3].any { pause(); it > 2 } && [1, 2].every { pause(); it > 0 }",
                "assert [1, 2, 3].find { pause(); it > 1 } == 2",
                "assert ['a', 'b'].collectEntries { pause(); [(it): it * 2] } == [a: 'aa', b: 'bb']",
                "assert [[1, 2], [3]].flatten() == [1, 2, 3] && [3, 1, 2].sort() == [1, 2, 3] && [1, 2].sum() == 3",
                "assert [1, 2, 3, 4].groupBy { pause(); it % 2 }.size() == 2",
                "assert ['b', 'a'].join(',') == 'b,a' && [1, 1, 2].unique() == [1, 2] && [1, 2].reverse() == [2, 1]",
                "assert Level.HIGH.name() == 'HIGH' && Level.valueOf('LOW') == Level.LOW",
                "def s = new StringBuilder(); s << 'a'; s.append('b'); pause(); assert s.toString() == 'ab'",
                "def d = new Date(0); pause(); assert d.format('yyyy', TimeZone.getTimeZone('UTC')) == '1970'",
                "def e = new File('/x/y.txt'); pause(); assert e.name == 'y.txt'",
                "int n = '42' as int; def l = ['a'] as String[]; pause(); assert n == 42 && l.length == 1",
                "def x = 5; x **= 2; x -= 1; x <<= 1; pause(); assert x == 48 && (x & 16) == 16 && x <=> 48 == 0 || true",
                "assert [1, 2, 3][0..1] == [1, 2] && 'hello'[1..-1] == 'ello' && [1, 2, 3][-1] == 3",
                "def c = { -> this.pause(); owner.withDefault(1) }; assert c() == '1 2 0'",
                "def text = '''a\n  b'''.stripIndent(); pause(); assert text.readLines().size() == 2",
                "assert new groovy.json.JsonSlurperClassic().parseText('{\"a\": [1]}').a[0] == 1",
                "assert groovy.json.JsonOutput.toJson([a: 1]) == '{\"a\":1}'",
                "def y = (1 in [1, 2]) && !(3 in [1]); def o = new Object(); assert y && o instanceof Object",
                "Closure c = { 1 }; assert c instanceof Closure && c.call() == 1",
                "def items = ['b': 1, 'a': 2]; for (key in items.keySet().toList()) { pause(); seen << items[key] }; assert seen == [1, 2]",
                "assert env.JOB_NAME.tokenize('/').last() == 'catalog'",
                "binding.setVariable('late', 3); pause(); assert late == 3",
                "made = [1]; pause(); assert made == [1] && this.made == [1]",
                "println 'x'; print 'y'; printf '%s', 'z'",
                "def names = []; ['a', 'b'].each { n -> ['x'].each { m -> pause(); names << n + m } }; assert names == ['ax', 'bx']",
                "def t = [1, 2, 3].stream(); assert t.count() == 3",
                "def u = UUID.fromString('00000000-0000-0000-0000-000000000001'); pause(); assert u.leastSignificantBits == 1",
                "def q = new LinkedList([1, 2]); while (!q.isEmpty()) { def x = q.poll(); pause(); seen << x }; assert seen == [1, 2]",
                "def a = true, b = false; assert (a ? 'x' : b ? 'y' : 'z') == 'x' && (a && !b || b)",
            })
    void runsAsInJenkins(String script) {
        PipelineResult result = new Pipelines(folder).run(CLASSES + script + "\n");

        assertThat(result.failure()).isNull();
    }
}
