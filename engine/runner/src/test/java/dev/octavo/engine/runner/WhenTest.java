package dev.octavo.engine.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.runner.api.Change;
import dev.octavo.engine.runner.api.InputAnswer;
import dev.octavo.engine.runner.api.PipelineResult;
import dev.octavo.engine.runner.api.Scm;
import dev.octavo.engine.runner.api.StageStatus;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WhenTest {
    private static final Scm SCM = new Scm() {
        @Override
        public Map<String, String> checkout(Path into, EngineContext context) {
            return Map.of("GIT_COMMIT", "abc");
        }

        @Override
        public List<Change> changes() {
            return List.of(new Change("abc", "Ann", "Fix the cart\n\nRefs #12", List.of("orders/src/Cart.java")));
        }
    };

    @TempDir
    Path folder;

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            branch 'main'                                              | true
            branch 'MAIN'                                              | true
            branch 'ma*'                                               | true
            branch 'release/**'                                        | false
            branch pattern: 'm[a-z]+', comparator: 'REGEXP'            | true
            branch pattern: 'MAIN', comparator: 'EQUALS'               | false
            not { branch 'main' }                                      | false
            anyOf { branch 'x'; branch 'main' }                        | true
            allOf { branch 'x'; branch 'main' }                        | false
            environment name: 'JOB_NAME', value: 'shop/catalog'        | true
            environment name: 'JOB_NAME', value: 'SHOP/catalog', ignoreCase: true | true
            environment name: 'ROOT', value: 'root-value'              | true
            equals expected: 7, actual: env.BUILD_NUMBER as int        | true
            equals expected: 'a', actual: 'b'                          | false
            expression { return params.TAG_NAME =~ /v.*/ }             | true
            expression { params.TAG_NAME == null }                     | false
            expression { '' }                                          | false
            buildingTag()                                              | false
            tag 'v*'                                                   | true
            tag pattern: 'release-.*', comparator: 'REGEXP'            | false
            changeRequest()                                            | false
            changelog '.*cart.*'                                       | true
            changelog '.*basket.*'                                     | false
            changeset 'orders/**'                                      | true
            changeset '**/*.java'                                      | true
            changeset 'catalog/**'                                     | false
            triggeredBy 'UserIdCause'                                  | true
            triggeredBy cause: 'TimerTrigger'                          | false
            isRestartedRun()                                           | false
            """)
    void decides(String condition, boolean expected) {
        Pipelines pipelines =
                new Pipelines(folder).with(request -> request.scm(SCM).parameters(Map.of("TAG_NAME", "v1")));
        // the parameter is a variable as well: the condition tag looks at it, buildingTag does so too
        boolean met = condition.startsWith("buildingTag") || expected;

        PipelineResult result = pipelines.run("""
                pipeline {
                    agent any
                    parameters { string(name: 'TAG_NAME', defaultValue: '', description: '') }
                    environment { ROOT = 'root-value' }
                    stages {
                        stage('a') {
                            when { %s }
                            steps { echo 'ran' }
                        }
                    }
                }
                """.formatted(condition));

        assertThat(result.failure()).isNull();
        assertThat(Pipelines.statuses(result)).containsEntry("a", met ? StageStatus.SUCCESS : StageStatus.SKIPPED);
    }

    @Test
    void whatIsSkippedSaysWhichConditionAndWhere() {
        PipelineResult result = new Pipelines(folder).run("""
                        pipeline {
                            agent none
                            stages {
                                stage('a') {
                                    when {
                                        branch 'main'
                                        environment name: 'X', value: 'y'
                                    }
                                    steps { echo 'ran' }
                                }
                            }
                        }
                        """);

        assertThat(result.stages().get(0).reason()).isEqualTo("when environment is not met (Jenkinsfile:7)");
    }

    @Test
    void conditionsComeAfterInputAndAgentUnlessTheyAreAskedForBefore() {
        List<String> gates = new ArrayList<>();
        Pipelines pipelines = new Pipelines(folder)
                .with(request -> request.input((gate, cancellation) -> {
                    gates.add(gate.id());
                    return new InputAnswer.Proceed("ann", Map.of());
                }));

        pipelines.run("""
                pipeline {
                    agent none
                    stages {
                        stage('late') {
                            when { branch 'x' }
                            input { message 'late?' }
                            steps { echo 'ran' }
                        }
                        stage('early') {
                            when { beforeInput true; branch 'x' }
                            input { message 'early?' }
                            steps { echo 'ran' }
                        }
                    }
                }
                """);

        assertThat(gates).containsExactly("late");
    }
}
