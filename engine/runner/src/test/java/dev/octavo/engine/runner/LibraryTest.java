package dev.octavo.engine.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.runner.api.BuildResult;
import dev.octavo.engine.runner.api.LibraryResolver;
import dev.octavo.engine.runner.api.PipelineResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibraryTest {
    @TempDir
    Path folder;

    private Pipelines library() {
        return new Pipelines(folder)
                .library("one", "vars/greet.txt", "not code {{{")
                .library(
                        "one",
                        "vars/greet.groovy",
                        "def call(name) {\n  echo \"hello ${name} on ${env.BRANCH_NAME}\"\n  return name.size()\n}\n\ndef twice(name) {\n  return call(name) + greet(name)\n}\n")
                .library(
                        "one",
                        "vars/inBlock.groovy",
                        "def call(Map options = [:], Closure body) {\n  echo 'before'\n  withEnv([\"WHO=${options.who}\"]) {\n    body()\n  }\n  echo 'after'\n}\n")
                .library("one", "resources/org/text.txt", "a resource\n")
                .library("one", "src/org/shop/Counter.groovy", """
                        package org.shop

                        import com.cloudbees.groovy.cps.NonCPS

                        class Counter implements Serializable {
                            static final String NAME = 'counter'
                            private final steps
                            private int count

                            Counter(steps) {
                                this.steps = steps
                            }

                            int next() {
                                count++
                                steps.sleep time: 1, unit: 'MILLISECONDS'
                                return count
                            }

                            @NonCPS
                            static List sorted(List values) {
                                return values.sort { a, b -> b <=> a }
                            }
                        }
                        """);
    }

    @Test
    void givesVariablesClassesAndResources() {
        Pipelines pipelines = library();

        PipelineResult result = pipelines.run("""
                @Library('one@main') import org.shop.Counter
                import groovy.transform.Field

                @Field List names = ['x']

                def size = greet('ann')
                def both = greet.twice('bob')
                inBlock(who: 'carl') {
                    echo "in block ${env.WHO}"
                }
                def counter = new Counter(steps)
                counter.next()
                node {
                    echo "${size} ${both} ${counter.next()} ${Counter.NAME} ${Counter.sorted([1, 3, 2])} ${libraryResource('org/text.txt').trim()} ${names}"
                }
                """);

        assertThat(result.failure()).isNull();
        assertThat(pipelines.lines())
                .containsExactly(
                        "hello ann on main",
                        "hello bob on main",
                        "hello bob on main",
                        "before",
                        "in block carl",
                        "after",
                        "3 6 2 counter [3, 2, 1] a resource [x]");
    }

    @Test
    void severalLibrariesMayBeNamedAtOnce() {
        Pipelines pipelines = library().library("two", "vars/leave.groovy", "def call() {\n  echo 'bye'\n}\n");

        PipelineResult result = pipelines.run("@Library(['one', 'two@v1']) _\ngreet 'ann'\nleave()\n");

        assertThat(result.failure()).isNull();
        assertThat(pipelines.lines()).containsExactly("hello ann on main", "bye");
    }

    @Test
    void theStepGivesALibraryLater() {
        Pipelines pipelines = library();

        PipelineResult result = pipelines.run("""
                def lib = library('one@main')
                greet 'ann'
                def counter = lib.org.shop.Counter.new(steps)
                echo "${counter.next()} ${lib.org.shop.Counter.NAME}"
                """);

        assertThat(result.failure()).isNull();
        assertThat(pipelines.lines()).containsExactly("hello ann on main", "1 counter");
    }

    @Test
    void implicitLibrariesAreThereWithoutAsking() {
        Pipelines pipelines = library()
                .with(request -> request.libraries(new LibraryResolver() {
                    @Override
                    public Optional<Path> resolve(String name, String version) {
                        return Optional.of(folder.resolve("libraries").resolve(name));
                    }

                    @Override
                    public List<String> names() {
                        return List.of("one");
                    }

                    @Override
                    public List<String> implicit() {
                        return List.of("one");
                    }
                }));

        PipelineResult result = pipelines.run("greet 'ann'\n");

        assertThat(result.failure()).isNull();
    }

    @Test
    void pipelinesMayStandUnderConditions() {
        Pipelines pipelines = new Pipelines(folder).library("lib", "vars/deliver.groovy", """
                        def call(boolean first) {
                            if (first) {
                                pipeline { agent none; stages { stage('one') { steps { echo "one ${first}" } } } }
                            } else {
                                pipeline { agent none; stages { stage('two') { steps { echo "two ${first}" } } } }
                            }
                        }
                        """);

        pipelines.run("@Library('lib') _\ndeliver(env.BRANCH_NAME == 'main')\n");
        pipelines.run("@Library('lib') _\ndeliver(false)\n");

        assertThat(pipelines.lines()).containsExactly("one true", "two false");
    }

    @Test
    void aBlockOfSettingsIsReadTheOldWay() {
        Pipelines pipelines = new Pipelines(folder).library("lib", "vars/deliver.groovy", """
                        def call(body) {
                            def config = [:]
                            body.resolveStrategy = Closure.DELEGATE_FIRST
                            body.delegate = config
                            body()
                            pipeline {
                                agent none
                                environment { APP = "${config.name}" }
                                stages { stage('one') { steps { echo "deliver ${APP} ${config.tags}" } } }
                            }
                        }
                        """);

        PipelineResult result =
                pipelines.run("@Library('lib') _\ndeliver {\n  name = 'catalog'\n  tags = ['a', 'b']\n}\n");

        assertThat(result.failure()).isNull();
        assertThat(pipelines.lines()).containsExactly("deliver catalog [a, b]");
    }

    @Test
    void failuresInALibraryHaveItsFileAndLine() {
        Pipelines pipelines = new Pipelines(folder)
                .library("lib", "vars/broken.groovy", "def call() {\n  String text = null\n  echo text.trim()\n}\n");

        PipelineResult result = pipelines.run("@Library('lib') _\nbroken()\n");

        assertThat(result.result()).isEqualTo(BuildResult.FAILURE);
        assertThat(result.failure().code()).isEqualTo(ErrorCode.PIPELINE_FAILED);
        assertThat(result.failure().where()).isEqualTo("vars/broken.groovy:3");
        assertThat(result.failure().what()).contains("Cannot invoke method trim() on null object");
    }

    @Test
    void aLibraryThatDoesNotCompileHasItsFileAndLine() {
        Pipelines pipelines =
                new Pipelines(folder).library("lib", "vars/broken.groovy", "def call() {\n  def x = = 1\n}\n");

        PipelineResult result = pipelines.run("@Library('lib') _\nbroken()\n");

        assertThat(result.failure().code()).isEqualTo(ErrorCode.PIPELINE_SYNTAX);
        assertThat(result.failure().where()).isEqualTo("vars/broken.groovy:2");
    }

    @Test
    void unknownNamesOfVariablesAreNamed() {
        PipelineResult result = new Pipelines(folder).run("echo 'a'\necho \"${TAGNAME}\"\n");

        assertThat(result.failure().what()).contains("TAGNAME");
        assertThat(result.failure().where()).isEqualTo("Jenkinsfile:2");
    }

    @Test
    void whatAHandlerThrowsCanBeCaughtAndElseReachesTheResultAsItIs() {
        dev.octavo.engine.api.EngineException own = new dev.octavo.engine.api.EngineException(
                ErrorCode.TEST_FAILED, "2 tests failed", "catalog", "CartTest", "fix them");
        List<String> seen = new ArrayList<>();
        Pipelines pipelines = new Pipelines(folder)
                .step("octavoTest", call -> {
                    throw own;
                })
                .step("see", call -> {
                    seen.add(String.valueOf(call.arguments().get("text")));
                    return null;
                });

        PipelineResult result = pipelines.run("""
                try {
                    octavoTest()
                } catch (Exception e) {
                    see text: e.message
                }
                try {
                    octavoTest()
                } finally {
                    see text: 'finally'
                }
                """);

        assertThat(seen).containsExactly(own.describe(), "finally");
        assertThat(result.failure()).isSameAs(own);
    }
}
