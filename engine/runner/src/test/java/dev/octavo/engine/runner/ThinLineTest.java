package dev.octavo.engine.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.runner.api.BuildResult;
import dev.octavo.engine.runner.api.InputAnswer;
import dev.octavo.engine.runner.api.PipelineResult;
import dev.octavo.engine.runner.api.StageStatus;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThinLineTest {
    @TempDir
    Path folder;

    @Test
    void runsALibrarysDeclarativePipelineWithNestedStagesAndOwnSteps() {
        List<Map<String, Object>> calls = new ArrayList<>();
        List<String> gates = new ArrayList<>();
        Pipelines pipelines = new Pipelines(folder)
                .step("octavoTest", call -> {
                    calls.add(new LinkedHashMap<>(call.arguments()));
                    return new LinkedHashMap<>(Map.of("tests", 12));
                })
                .library("octavo", "src/dev/example/Flow.groovy", """
                        package dev.example

                        class Flow implements Serializable {
                            private final Object script
                            private Map last

                            Flow(Object script) {
                                this.script = script
                            }

                            String project() {
                                return script.params.PROJECT_NAME ?: 'all'
                            }

                            void test() {
                                last = script.octavoTest(project: project(), branch: script.env.BRANCH_NAME)
                                script.echo "tests: ${last.tests}"
                                Map given = [:]
                                for (entry in [a: 1, b: null]) {
                                    if (entry.value != null) {
                                        given[entry.key] = entry.value
                                    }

                                }
                                script.sh "echo loop"
                                script.echo "given: ${given}"
                            }
                        }
                        """)
                .library("octavo", "vars/deliver.groovy", """
                        import dev.example.Flow

                        def call(Map settings = [:]) {
                            Flow flow = new Flow(this)
                            pipeline {
                                agent none
                                parameters {
                                    string(name: 'TAG_NAME', defaultValue: '', description: 'x')
                                    string(name: 'PROJECT_NAME', defaultValue: settings.service ?: 'all', description: 'y')
                                }
                                environment {
                                    REGISTRY = 'docker.io'
                                    IMAGE = "${REGISTRY}/shop/${params.PROJECT_NAME}"
                                }
                                options { skipDefaultCheckout() }
                                stages {
                                    stage('build') {
                                        agent { label 'maven' }
                                        stages {
                                            stage('unit test') {
                                                steps {
                                                    script { flow.test() }
                                                }
                                            }
                                            stage('image') {
                                                steps {
                                                    sh 'echo building $IMAGE'
                                                }
                                            }
                                        }
                                    }
                                    stage('release') {
                                        when { expression { params.TAG_NAME =~ /v.*/ } }
                                        steps {
                                            input(id: 'release-image-with-tag', message: 'release?')
                                            echo "released ${params.TAG_NAME}"
                                        }
                                    }
                                    stage('never') {
                                        when { branch 'develop' }
                                        steps {
                                            error 'no'
                                        }
                                    }
                                }
                                post {
                                    always { echo "always ${currentBuild.currentResult}" }
                                    failure { echo 'failure' }
                                }
                            }
                        }
                        """)
                .with(request -> request.parameters(Map.of("TAG_NAME", "v1.0.0"))
                        .input((gate, cancellation) -> {
                            gates.add(gate.id());
                            return new InputAnswer.Proceed("ann", Map.of());
                        }));

        PipelineResult result = pipelines.run("@Library('octavo') _\ndeliver(service: 'catalog-service')\n");

        assertThat(result.failure()).as(() -> String.valueOf(pipelines.lines())).isNull();
        assertThat(result.result()).isEqualTo(BuildResult.SUCCESS);
        assertThat(calls).containsExactly(Map.of("project", "catalog-service", "branch", "main"));
        assertThat(gates).containsExactly("release-image-with-tag");
        assertThat(Pipelines.statuses(result))
                .containsEntry("build / unit test", StageStatus.SUCCESS)
                .containsEntry("build / image", StageStatus.SUCCESS)
                .containsEntry("release", StageStatus.SUCCESS)
                .containsEntry("never", StageStatus.SKIPPED);
        assertThat(pipelines.lines())
                .contains(
                        "tests: 12",
                        "given: [a:1]",
                        "building docker.io/shop/catalog-service",
                        "released v1.0.0",
                        "always SUCCESS");
    }
}
