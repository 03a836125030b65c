package dev.octavo.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AntPatternTest {
    @ParameterizedTest(name = "{0} matches {1}: {2}")
    @CsvSource(textBlock = """
            deploy/dev/**,        deploy/dev/a.yaml,      true
            deploy/dev/**,        deploy/dev/x/a.yaml,    true
            deploy/dev/**,        deploy/devel/a.yaml,    false
            deploy/dev/,          deploy/dev/x/a.yaml,    true
            deploy/*.yaml,        deploy/a.yaml,          true
            deploy/*.yaml,        deploy/x/a.yaml,        false
            **/*.yaml,            a.yaml,                 true
            **/*.yaml,            x/y/a.yaml,             true
            **/dev/*.yaml,        x/dev/a.yaml,           true
            **/dev/*.yaml,        dev/a.yaml,             true
            **/dev/*.yaml,        xdev/a.yaml,            false
            deploy/**/a.yaml,     deploy/a.yaml,          true
            deploy/**/a.yaml,     deploy/x/y/a.yaml,      true
            deploy/?.yaml,        deploy/a.yaml,          true
            deploy/?.yaml,        deploy/ab.yaml,         false
            ./deploy/a.yaml,      deploy/a.yaml,          true
            deploy\\a.yaml,       deploy/a.yaml,          true
            a+b(1).yaml,          a+b(1).yaml,            true
            A.yaml,               a.yaml,                 false
            **,                   any/thing,              true
            """)
    void followsAntsRules(String pattern, String path, boolean matches) {
        assertThat(new AntPattern(pattern).matches(path)).isEqualTo(matches);
    }

    @Test
    void knowsWhereToStart() {
        assertThat(new AntPattern("deploy/dev/**").root()).isEqualTo("deploy/dev");
        assertThat(new AntPattern("deploy/d*/x").root()).isEqualTo("deploy");
        assertThat(new AntPattern("**").root()).isEmpty();
        assertThat(new AntPattern("*.yaml").root()).isEmpty();
    }

    @Test
    void seesPatternsThatLeaveTheirDirectory() {
        assertThat(new AntPattern("/etc/passwd").escapes()).isTrue();
        assertThat(new AntPattern("../x").escapes()).isTrue();
        assertThat(new AntPattern("a/../../x").escapes()).isTrue();
        assertThat(new AntPattern("C:\\x").escapes()).isTrue();
        assertThat(new AntPattern("a/..b/x").escapes()).isFalse();
    }

    @Test
    void leavesOutWhatAntLeavesOut() {
        assertThat(AntPattern.excluded(".git/config")).isTrue();
        assertThat(AntPattern.excluded("a/.git")).isTrue();
        assertThat(AntPattern.excluded("a/b.yaml~")).isTrue();
        assertThat(AntPattern.excluded("a/.DS_Store")).isTrue();
        assertThat(AntPattern.excluded(".github/x.yaml")).isFalse();
    }
}
