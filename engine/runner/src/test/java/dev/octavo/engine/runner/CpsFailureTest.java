package dev.octavo.engine.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.runner.api.BuildResult;
import dev.octavo.engine.runner.api.PipelineResult;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CpsFailureTest {
    @TempDir
    Path folder;

    private EngineException failureOf(String script) {
        PipelineResult result = new Pipelines(folder).run(script);
        assertThat(result.failure()).isNotNull();
        assertThat(result.result()).isEqualTo(BuildResult.FAILURE);
        return result.failure();
    }

    private void succeeds(String script) {
        PipelineResult result = new Pipelines(folder).run(script);
        assertThat(result.failure()).isNull();
        assertThat(result.result()).isEqualTo(BuildResult.SUCCESS);
    }

    @Nested
    class WhatCannotBeSaved {
        @Test
        void aMatcherHeldOverAStepIsNamedWithItsLine() {
            EngineException failure = failureOf("""
                            def version = 'v1.2.3' =~ /v(\\d+)/
                            node {
                                sh 'true'
                            }
                            """);

            assertThat(failure.code()).isEqualTo(ErrorCode.PIPELINE_CPS);
            assertThat(failure.what()).contains("variable \"version\"").contains("java.util.regex.Matcher");
            assertThat(failure.where()).isEqualTo("Jenkinsfile:2");
            assertThat(failure.why()).contains("java.io.NotSerializableException: java.util.regex.Matcher");
            assertThat(failure.fix()).contains("@NonCPS");
        }

        @Test
        void aMatcherInAGlobalVariableIsFound() {
            EngineException failure = failureOf("m = 'a' =~ /a/\nsleep time: 1, unit: 'MILLISECONDS'\n");

            assertThat(failure.what()).contains("variable \"m\"");
            assertThat(failure.where()).isEqualTo("Jenkinsfile:2");
        }

        @Test
        void lazyJsonHeldOverAStepIsFound() {
            EngineException failure = failureOf("""
                    import groovy.json.JsonSlurper
                    def parsed = new JsonSlurper().parseText('{"a": {"b": 1}}')
                    sleep time: 1, unit: 'MILLISECONDS'
                    echo "${parsed.a.b}"
                    """);

            assertThat(failure.what()).contains("\"parsed\"").contains("groovy.json.internal.LazyMap");
            assertThat(failure.fix()).contains("JsonSlurperClassic");
        }

        @Test
        void aFieldOfALibrarysObjectIsFound() {
            Pipelines pipelines = new Pipelines(folder).library("lib", "src/Holder.groovy", """
                            class Holder implements Serializable {
                                def script
                                def pattern
                                Holder(script) { this.script = script }
                                void hold() {
                                    pattern = 'a' =~ /a/
                                    script.sleep time: 1, unit: 'MILLISECONDS'
                                }
                            }
                            """);

            PipelineResult result = pipelines.run("@Library('lib') _\nnew Holder(this).hold()\n");

            assertThat(result.failure()).isNotNull();
            assertThat(result.failure().what()).contains("field \"pattern\" of Holder");
            assertThat(result.failure().where()).isEqualTo("src/Holder.groovy:7");
        }

        @Test
        void theEntryOfAMapLoopIsFoundAsInJenkins() {
            EngineException failure = failureOf("""
                            for (entry in [a: 1]) {
                                sleep time: 1, unit: 'MILLISECONDS'
                            }
                            """);

            assertThat(failure.what()).contains("LinkedHashMap$");
        }

        @Test
        void aRangeIsNoListThatCanBeSaved() {
            EngineException failure = failureOf("for (i in 1..2) {\n sleep time: 1, unit: 'MILLISECONDS'\n}\n");

            assertThat(failure.what()).contains("what a for loop goes over").contains("groovy.lang.IntRange");
            assertThat(failure.where()).isEqualTo("Jenkinsfile:2");
        }

        @Test
        void whatStepsThatReturnAtOnceDoNotWaitForMayBeHeld() {
            succeeds("def m = 'a' =~ /a/\necho \"${m.matches()}\"\n");
        }

        @Test
        void whatAnExpressionHoldsIsFound() {
            EngineException failure = failureOf("""
                    import groovy.json.JsonSlurperClassic
                    node {
                        writeFile file: 'a', text: '{}'
                        def parsed = new JsonSlurperClassic().parseText(readFile('a'))
                    }
                    """);

            assertThat(failure.what())
                    .contains("the object whose method is being called")
                    .contains("JsonSlurperClassic");
            assertThat(failure.where()).isEqualTo("Jenkinsfile:4");
            assertThat(failure.fix()).startsWith("call the step first");
        }

        @Test
        void itCanBeCaughtAndPostStillRuns() {
            Pipelines pipelines = new Pipelines(folder);

            PipelineResult result = pipelines.run("""
                    pipeline {
                        agent none
                        stages {
                            stage('a') {
                                steps {
                                    script {
                                        def m = 'a' =~ /a/
                                        try {
                                            sleep time: 1, unit: 'MILLISECONDS'
                                        } catch (NotSerializableException e) {
                                            echo "caught ${e.message}"
                                        }
                                        sleep time: 1, unit: 'MILLISECONDS'
                                    }
                                }
                            }
                        }
                        post { failure { sleep(time: 1, unit: 'MILLISECONDS'); echo 'failure' } }
                    }
                    """);

            assertThat(pipelines.lines()).containsExactly("caught java.util.regex.Matcher", "failure");
            assertThat(result.failure()).isNotNull();
            assertThat(result.failure().where()).isEqualTo("Jenkinsfile:13");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "for (x in [1, 2]) { sleep time: x, unit: 'MILLISECONDS' }",
                    "for (x in ([1, 2] as Set)) { sleep time: x, unit: 'MILLISECONDS' }",
                    "for (e in [a: 1].entrySet()) { sleep time: e.value, unit: 'MILLISECONDS' }",
                    "for (k in [a: 1].keySet()) { sleep time: 1, unit: 'MILLISECONDS' }",
                    "for (x in 'a;b'.split(';')) { sleep time: 1, unit: 'MILLISECONDS' }",
                    "for (int i = 1; i < 3; i++) { sleep time: i, unit: 'MILLISECONDS' }",
                    "[a: 1].each { k, v -> sleep time: v, unit: 'MILLISECONDS' }",
                    "[1, 2].each { sleep time: it, unit: 'MILLISECONDS' }",
                    "[1, 2].eachWithIndex { x, i -> sleep time: x, unit: 'MILLISECONDS' }",
                    "assert [1, 2].collect { sleep time: it, unit: 'MILLISECONDS'; it * 2 } == [2, 4]",
                    "assert [3, 4].findAll { sleep time: 1, unit: 'MILLISECONDS'; it > 3 } == [4]",
                    "3.times { sleep time: 1, unit: 'MILLISECONDS' }",
                    "def text = \"${env.JOB_NAME}\"; sleep time: 1, unit: 'MILLISECONDS'; assert text == 'shop/catalog'",
                    "try { throw new Exception('x') } catch (e) { sleep time: 1, unit: 'MILLISECONDS' }",
                    "def e = env; def p = params; def b = currentBuild; sleep time: 1, unit: 'MILLISECONDS'",
                    "def c = { x -> x + 1 }; sleep time: 1, unit: 'MILLISECONDS'; assert c(1) == 2",
                })
        void whatJenkinsCanSaveIsFine(String script) {
            succeeds(script);
        }
    }

    @Nested
    class WhatTheInterpreterDoesNotRun {
        @Test
        void aClosureForAMethodOfJava() {
            EngineException failure = failureOf("def l = [3, 1, 2]\nl.sort { a, b -> a <=> b }\necho \"${l}\"\n");

            assertThat(failure.code()).isEqualTo(ErrorCode.PIPELINE_CPS);
            assertThat(failure.what()).contains("sort");
            assertThat(failure.where()).isEqualTo("Jenkinsfile:2");
            assertThat(failure.fix()).contains("@NonCPS");
        }

        @Test
        void aStepInANonCpsMethod() {
            EngineException failure = failureOf("""
                            @com.cloudbees.groovy.cps.NonCPS
                            def helper() {
                                sleep time: 1, unit: 'MILLISECONDS'
                                return 'done'
                            }
                            echo helper()
                            """);

            assertThat(failure.code()).isEqualTo(ErrorCode.PIPELINE_CPS);
            assertThat(failure.what()).contains("sleep").contains("helper");
            assertThat(failure.where()).isEqualTo("Jenkinsfile:6");
        }

        @Test
        void postStillRuns() {
            Pipelines pipelines = new Pipelines(folder);

            PipelineResult result = pipelines.run("""
                    pipeline {
                        agent none
                        stages { stage('a') { steps { script { [2, 1].sort { a, b -> a <=> b } } } } }
                        post { failure { echo 'failure' } }
                    }
                    """);

            assertThat(result.failure()).isNotNull();
            assertThat(result.failure().code()).isEqualTo(ErrorCode.PIPELINE_CPS);
            assertThat(pipelines.lines()).containsExactly("failure");
        }

        @Test
        void aStepThatReturnsAtOnceMayBeInANonCpsMethod() {
            succeeds("@NonCPS\ndef helper() {\n    echo 'said'\n}\nhelper()\n");
        }

        @Test
        void aStepInAConstructor() {
            EngineException failure = failureOf("""
                            class Thing implements Serializable {
                                Thing(script) {
                                    script.sleep time: 1, unit: 'MILLISECONDS'
                                }
                            }
                            new Thing(this)
                            """);

            assertThat(failure.code()).isEqualTo(ErrorCode.PIPELINE_CPS);
            assertThat(failure.what()).contains("constructor of Thing").contains("sleep");
            assertThat(failure.where()).isEqualTo("Jenkinsfile:6");
        }

        @Test
        void aClosureThatAFieldBeginsWith() {
            EngineException failure = failureOf("""
                    import groovy.transform.Field
                    @Field Closure later = { x -> sleep time: 1, unit: 'MILLISECONDS'; x + 1 }
                    echo "${later(1)}"
                    """);

            assertThat(failure.code()).isEqualTo(ErrorCode.PIPELINE_CPS);
            assertThat(failure.what()).contains("sleep");
            assertThat(failure.where()).isEqualTo("Jenkinsfile:3");
        }

        @Test
        void aToStringThatJavaCalls() {
            EngineException failure = failureOf("""
                            class Thing implements Serializable {
                                String toString() {
                                    return 'thing'
                                }
                            }
                            def thing = new Thing()
                            echo "a ${thing}"
                            """);

            assertThat(failure.code()).isEqualTo(ErrorCode.PIPELINE_CPS);
            assertThat(failure.what()).contains("toString");
            assertThat(failure.fix()).contains("@NonCPS");
        }

        @Test
        void sortingInANonCpsMethodIsFine() {
            succeeds("""
                    @NonCPS
                    def sorted(list) {
                        return list.sort { a, b -> a <=> b }
                    }
                    assert sorted([3, 1, 2]) == [1, 2, 3]
                    """);
        }
    }
}
