package dev.octavo.engine.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.template.Placeholder.Outcome;
import dev.octavo.engine.template.Placeholder.Where;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubstitutionTest {
    private static final Map<String, Variable> VECTOR_VARIABLES = variables(
            "REGISTRY",
            "r.io",
            "TAG_NAME",
            "v1",
            "EMPTY",
            "",
            "A",
            "$REGISTRY",
            "app.name",
            "dot",
            "1",
            "one",
            "YAMLY",
            "a: b # c",
            "BRANCH_NAME",
            "feat/x");

    private static Map<String, Variable> variables(String... namesAndValues) {
        Map<String, Variable> variables = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            variables.put(namesAndValues[i], Variable.of(namesAndValues[i + 1], "test"));
        }
        return variables;
    }

    /** What {@code kubernetesDeploy} and GNU envsubst made of each input when they were run. */
    @ParameterizedTest(name = "[{index}] {0}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', ignoreLeadingAndTrailingWhitespace = true, textBlock = """
            $REGISTRY/x:$TAG_NAME     | r.io/x:v1        | r.io/x:v1
            ${REGISTRY}/x             | r.io/x           | r.io/x
            $registry                 | r.io             | ""
            ${Registry}               | r.io             | ""
            $UNDEF/x                  | $UNDEF/x         | /x
            ${UNDEF}                  | ${UNDEF}         | ""
            [$EMPTY]                  | []               | []
            [${EMPTY}]                | []               | []
            $A                        | $REGISTRY        | $REGISTRY
            $$REGISTRY                | $REGISTRY        | $r.io
            $$                        | $                | $$
            $$$$                      | $$               | $$$$
            $$$REGISTRY               | $r.io            | $$r.io
            \\$REGISTRY               | \\r.io           | \\r.io
            \\\\$REGISTRY             | \\\\r.io         | \\\\r.io
            ${UNDEF:-d}               | ${UNDEF:-d}      | ${UNDEF:-d}
            ${REGISTRY:-d}            | ${REGISTRY:-d}   | ${REGISTRY:-d}
            ${A-b}                    | ${A-b}           | ${A-b}
            ${UNDEF:-${REGISTRY}}     | ${UNDEF:-r.io}   | ${UNDEF:-r.io}
            $(REGISTRY)               | $(REGISTRY)      | $(REGISTRY)
            $$(REGISTRY)              | $(REGISTRY)      | $$(REGISTRY)
            $app.name                 | $app.name        | .name
            ${app.name}               | dot              | ${app.name}
            ${app-name}               | ${app-name}      | ${app-name}
            $REGISTRYx                | $REGISTRYx       | ""
            ${REGISTRY}x              | r.iox            | r.iox
            $REGISTRY_x               | $REGISTRY_x      | ""
            $1                        | one              | $1
            ${1}                      | one              | ${1}
            $ REGISTRY                | $ REGISTRY       | $ REGISTRY
            ${ REGISTRY }             | ${ REGISTRY }    | ${ REGISTRY }
            ${}                       | ${}              | ${}
            $                         | $                | $
            cost: 5$                  | cost: 5$         | cost: 5$
            "# c $REGISTRY"           | "# c r.io"       | "# c r.io"
            '$REGISTRY'               | 'r.io'           | 'r.io'
            x: $YAMLY                 | x: a: b # c      | x: a: b # c
            $BRANCH_NAME-1            | feat/x-1         | feat/x-1
            {{ $REGISTRY }}           | {{ r.io }}       | {{ r.io }}
            ^[a-z]+$                  | ^[a-z]+$         | ^[a-z]+$
            $UNDEF$REGISTRY           | $UNDEFr.io       | r.io
            $é$REGISTRY               | $ér.io           | $ér.io
            ${{REGISTRY}}             | ${{REGISTRY}}    | ${{REGISTRY}}
            $$UNDEF                   | $UNDEF           | $
            #{REGISTRY}               | #{REGISTRY}      | #{REGISTRY}
            %REGISTRY%                | %REGISTRY%       | %REGISTRY%
            @REGISTRY@                | @REGISTRY@       | @REGISTRY@
            """)
    void replacesAsTheToolDidThatTheDialectIsNamedAfter(String input, String compat, String envsubst) {
        assertThat(apply(Dialect.COMPAT, VECTOR_VARIABLES, input).text()).isEqualTo(compat);
        assertThat(apply(Dialect.ENVSUBST, VECTOR_VARIABLES, input).text()).isEqualTo(envsubst);
    }

    @Test
    void tellsOfEachPlaceholderWhereItIsAndWhereItsValueCameFrom() {
        Map<String, Variable> variables = Map.of(
                "TAG_NAME", Variable.of("v1", "parameter"), "EMPTY", Variable.of("", "environment of the Jenkinsfile"));

        Substituted result = new Substitution(Dialect.COMPAT, variables)
                .apply("deploy/dev/app.yaml", "a: 1\nimage: x:$tag_name\nb: ${EMPTY} $HOST\n");

        assertThat(result.text()).isEqualTo("a: 1\nimage: x:v1\nb:  $HOST\n");
        assertThat(result.placeholders())
                .containsExactly(
                        new Placeholder(
                                "tag_name",
                                "$tag_name",
                                "deploy/dev/app.yaml",
                                2,
                                10,
                                Where.YAML,
                                Outcome.REPLACED,
                                "TAG_NAME",
                                "parameter"),
                        new Placeholder(
                                "EMPTY",
                                "${EMPTY}",
                                "deploy/dev/app.yaml",
                                3,
                                4,
                                Where.YAML,
                                Outcome.EMPTY,
                                "EMPTY",
                                "environment of the Jenkinsfile"),
                        new Placeholder(
                                "HOST", "$HOST", "deploy/dev/app.yaml", 3, 13, Where.YAML, Outcome.UNDEFINED, "", ""));
        assertThat(result.literal()).extracting(Placeholder::name).containsExactly("HOST");
        assertThat(result.problems()).isEmpty();
    }

    @Test
    void replacesOnlyTheNamesThatAreAllowed() {
        Map<String, Variable> variables = variables("TAG_NAME", "v1", "PATH", "/bin", "HOST", "agent-7");

        Substituted result =
                new Substitution(Dialect.COMPAT, variables, List.of("TAG_NAME")).apply("f", "$tag_name $host $PATH");

        assertThat(result.text()).isEqualTo("v1 $host $PATH");
        assertThat(result.placeholders())
                .extracting(Placeholder::outcome)
                .containsExactly(Outcome.REPLACED, Outcome.EXCLUDED, Outcome.EXCLUDED);
        assertThat(new Substitution(Dialect.STRICT, variables, List.of("TAG_NAME"))
                        .apply("f", "$NOWHERE")
                        .problems())
                .isEmpty();
    }

    @Nested
    class Strict {
        private final Map<String, Variable> variables =
                variables("REGISTRY", "r.io", "DOCKERHUB_NAMESPACE", "shop", "EMPTY", "", "app.name", "dot");

        @ParameterizedTest(name = "[{index}] {0}")
        @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                $REGISTRY/x      | r.io/x
                ${app.name}      | dot
                [$EMPTY]         | []
                $$REGISTRY       | $REGISTRY
                $$$REGISTRY      | $r.io
                $(REGISTRY)      | $(REGISTRY)
                $$(REGISTRY)     | $$(REGISTRY)
                "# $schema=x"    | "# $schema=x"
                "a: 1 # $NAME"   | "a: 1 # $NAME"
                "# ${X:-d}"      | "# ${X:-d}"
                ^[a-z]+$         | ^[a-z]+$
                cost: $1         | cost: $1
                """)
        void accepts(String input, String expected) {
            Substituted result = apply(Dialect.STRICT, variables, input);

            assertThat(result.problems()).isEmpty();
            assertThat(result.text()).isEqualTo(expected);
        }

        @ParameterizedTest(name = "[{index}] {0}")
        @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                $registry                | $registry     | REGISTRY
                $REGISTRI                | $REGISTRI     | REGISTRY
                x: $HARBOR_NAMESPACE     | $HARBOR_NAMESPACE | DOCKERHUB_NAMESPACE
                $FOO                     | $FOO          | ""
                ${REGISTRY:-d}           | ${REGISTRY:-d} | ""
                "a: 'x # $FOO'"          | $FOO          | ""
                "a: x#$FOO"              | $FOO          | ""
                "a: it's # no $FOO"      | ""            | ""
                """)
        void refuses(String input, String text, String nearest) {
            Substituted result = apply(Dialect.STRICT, variables, input);

            if (text.isEmpty()) {
                assertThat(result.problems()).isEmpty();
                return;
            }
            assertThat(result.problems())
                    .singleElement()
                    .satisfies(problem -> assertThat(problem.text()).isEqualTo(text))
                    .satisfies(problem -> assertThat(problem.nearest()).isEqualTo(nearest));
        }

        @Test
        void leavesTheVariablesOfAProgramWhoseTextIsInABlockScalar() {
            String text = """
                    data:
                      nginx.conf: |
                        # not a comment for YAML: $REGISTRY
                        location / { proxy_pass http://$host$request_uri; return 301 $1; }

                        echo ${HOME:-/root} ${spring.name} $REGISTRY
                      other: $host
                      list:
                      - |-
                       $uri
                      - name: >+2  # folded
                          $uri
                        value: $uri
                    """;

            Substituted result = apply(Dialect.STRICT, variables, text);

            assertThat(result.problems())
                    .extracting(problem -> problem.line() + " " + problem.text())
                    .containsExactly("7 $host", "13 $uri");
            assertThat(result.text()).contains("YAML: r.io", "http://$host$request_uri", "${spring.name} r.io");
        }

        @Test
        void keepsASkeletonWithoutValues() {
            assertThat(apply(Dialect.STRICT, variables, "a: $REGISTRY\nb: $$X ${REGISTRY}\n")
                            .skeleton())
                    .isEqualTo("a: x1\nb: $X x2\n");
            assertThat(apply(Dialect.COMPAT, variables, "a: $REGISTRY").skeleton())
                    .isEmpty();
        }

        @Test
        void stillRefusesAnUndefinedUpperCaseNameInABlockScalar() {
            Substituted result = apply(Dialect.STRICT, variables, "a: |\n  echo $HOME\n");

            assertThat(result.problems()).extracting(Substituted.Problem::name).containsExactly("HOME");
        }

        @Test
        void namesEveryProblemOfEveryFileAtOnce() {
            Substitution substitution = new Substitution(Dialect.STRICT, variables);
            List<Substituted> results = List.of(
                    substitution.apply("a.yaml", "x: $REGISTRI\ny: $FOO"), substitution.apply("b.yaml", "z: $BAR_X"));

            assertThatThrownBy(() -> substitution.check(results)).isInstanceOfSatisfying(EngineException.class, e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_UNDEFINED_VARIABLE);
                assertThat(e.what()).isEqualTo("3 placeholders have no value");
                assertThat(e.where()).isEqualTo("a.yaml:1:4");
                assertThat(e.why())
                        .contains("a.yaml:1:4  $REGISTRI is not defined; did you mean REGISTRY?")
                        .contains("a.yaml:2:4  $FOO is not defined")
                        .contains("b.yaml:1:4  $BAR_X is not defined")
                        .contains("defined are: DOCKERHUB_NAMESPACE, EMPTY, REGISTRY, app.name");
            });
        }

        @Test
        void hasNothingToSayWhereAllIsDefined() {
            Substitution substitution = new Substitution(Dialect.STRICT, variables);

            assertThatCode(() -> substitution.check(List.of(substitution.apply("a", "$REGISTRY"))))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void showsNoSecretInWords() {
        assertThat(new Variable("hunter2", "credentials", true)).asString().doesNotContain("hunter2");
    }

    private static Substituted apply(Dialect dialect, Map<String, Variable> variables, String text) {
        return new Substitution(dialect, variables).apply("f.yaml", text);
    }
}
