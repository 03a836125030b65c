package dev.octavo.engine.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.runner.api.BuildResult;
import dev.octavo.engine.runner.api.PipelineResult;
import dev.octavo.engine.runner.api.Scm;
import dev.octavo.engine.runner.api.StageStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DeclarativeFlowTest {
    @TempDir
    Path folder;

    private final AtomicInteger checkouts = new AtomicInteger();

    private Pipelines withScm() {
        Scm scm = (into, context) -> {
            checkouts.incrementAndGet();
            try {
                Files.createDirectories(into);
                Files.writeString(into.resolve("pom.xml"), "<project/>");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return Map.of("GIT_COMMIT", "abc123", "GIT_BRANCH", "origin/main");
        };
        return new Pipelines(folder).with(request -> request.scm(scm));
    }

    @Test
    void anAgentChecksOutFirstAndSetsGitsVariables() {
        Pipelines pipelines = withScm();

        PipelineResult result = pipelines.run("""
                pipeline {
                    agent any
                    stages { stage('a') { steps { echo "${GIT_COMMIT} ${env.GIT_BRANCH} ${fileExists('pom.xml')}" } } }
                }
                """);

        assertThat(result.failure()).isNull();
        assertThat(pipelines.lines()).containsExactly("abc123 origin/main true");
        assertThat(Pipelines.statuses(result)).containsOnlyKeys("Declarative: Checkout SCM", "a");
    }

    @Test
    void stagesWithAgentsOfTheirOwnCheckOutUnlessTheySkipIt() {
        PipelineResult result = withScm().run("""
                        pipeline {
                            agent none
                            options { checkoutToSubdirectory('src') }
                            stages {
                                stage('a') { agent { label 'x' }; steps { echo "${fileExists('src/pom.xml')}" } }
                                stage('b') {
                                    agent { docker { image 'maven:3'; args '-v x' } }
                                    options { skipDefaultCheckout() }
                                    steps { echo 'b' }
                                }
                                stage('c') { agent { kubernetes { yaml 'x'; defaultContainer 'maven' } }; steps { checkout scm } }
                            }
                        }
                        """);

        assertThat(result.failure()).isNull();
        assertThat(checkouts).hasValue(3);
    }

    @Test
    void optionsAreInEffect() {
        Pipelines pipelines = withScm();

        PipelineResult result = pipelines.run("""
                int tries = 0
                pipeline {
                    agent any
                    options {
                        skipDefaultCheckout(true)
                        timeout(time: 1, unit: 'HOURS')
                        retry(2)
                        timestamps()
                        ansiColor('xterm')
                        disableConcurrentBuilds(abortPrevious: true)
                        buildDiscarder(logRotator(numToKeepStr: '10'))
                        preserveStashes(buildCount: 5)
                        quietPeriod(1)
                        disableResume()
                        overrideIndexTriggers(false)
                        rateLimitBuilds(throttle: [count: 1, durationName: 'hour'])
                        newContainerPerStage()
                        durabilityHint('PERFORMANCE_OPTIMIZED')
                    }
                    triggers { cron('@daily'); pollSCM('H * * * *') }
                    tools { maven 'Maven 3'; jdk "jdk${env.BUILD_NUMBER}" }
                    stages {
                        stage('a') {
                            options { timeout(time: 30, unit: 'SECONDS') }
                            steps {
                                script {
                                    tries++
                                    if (tries < 2) {
                                        error 'once more'
                                    }
                                }
                                echo "try ${tries}"
                            }
                        }
                    }
                    post { always { echo 'post' } }
                }
                """);

        assertThat(result.failure()).isNull();
        assertThat(result.result()).isEqualTo(BuildResult.SUCCESS);
        assertThat(checkouts).hasValue(0);
        assertThat(pipelines.lines()).contains("try 2", "post");
        assertThat(pipelines.warnings()).anyMatch(line -> line.contains("maven \"Maven 3\""));
    }

    @Test
    void aTimeLimitOfAStageSkipsWhatComesAfterAndRunsPost() {
        Pipelines pipelines = new Pipelines(folder);

        PipelineResult result = pipelines.run("""
                pipeline {
                    agent none
                    stages {
                        stage('slow') {
                            options { timeout(time: 100, unit: 'MILLISECONDS') }
                            steps { sleep 600 }
                            post { always { echo 'post of slow' } }
                        }
                        stage('next') { steps { echo 'next' } }
                    }
                    post { aborted { echo 'aborted' } }
                }
                """);

        assertThat(result.result()).isEqualTo(BuildResult.ABORTED);
        assertThat(result.failure().code()).isEqualTo(ErrorCode.PIPELINE_TIMEOUT);
        assertThat(pipelines.lines()).contains("post of slow", "aborted").doesNotContain("next");
        assertThat(Pipelines.statuses(result)).containsEntry("slow", StageStatus.ABORTED);
    }

    @Test
    void variablesMayUseThoseBelowAndThoseAbove() {
        Pipelines pipelines = new Pipelines(folder);

        PipelineResult result = pipelines.run("""
                pipeline {
                    agent none
                    environment {
                        C = "${B}c"
                        B = "${A}b"
                        A = 'a' + 'a'
                        N = 7
                        F = upper('x')
                        P = "${params.NAME}-${env.JOB_NAME}"
                    }
                    parameters { string(name: 'NAME', defaultValue: 'n', description: '') }
                    stages {
                        stage('a') {
                            environment { A = 'inner'; D = "${A}-${C}" }
                            steps { echo "${A} ${B} ${C} ${D} ${N} ${F} ${P}" }
                        }
                        stage('b') { steps { echo "${A} ${env.D}" } }
                    }
                }

                def upper(text) {
                    return text.toUpperCase()
                }
                """);

        assertThat(result.failure()).isNull();
        assertThat(pipelines.lines()).containsExactly("inner aab aabc inner-aabc 7 X n-shop/catalog", "aa null");
    }

    @Test
    void handlersSeeWhereTheyAreCalled() {
        StringBuilder seen = new StringBuilder();
        Pipelines pipelines = new Pipelines(folder).step("look", call -> {
            call.listener().output("from the handler");
            seen.append(call.stage())
                    .append('|')
                    .append(call.place())
                    .append('|')
                    .append(folder.relativize(call.directory()))
                    .append('|')
                    .append(call.environment().get("X"));
            return 42;
        });

        PipelineResult result = pipelines.run("""
                pipeline {
                    agent any
                    options { skipDefaultCheckout() }
                    environment { X = 'x' }
                    stages { stage('a') { stages { stage('b') { steps {
                        dir('sub') { script { echo "${look(deep: [a: "${X}"])}" } }
                    } } } } }
                }
                """);

        assertThat(result.failure()).isNull();
        assertThat(seen).hasToString("a / b|Jenkinsfile:6|workspace/sub|x");
        assertThat(pipelines.lines()).containsExactly("from the handler", "42");
    }

    @Test
    void warmingUpRunsWithoutATrace() {
        new PipelineRunner().warmUp();

        assertThat(Path.of("stashes")).doesNotExist();
        assertThat(Path.of("tmp")).doesNotExist();
    }

    @Test
    void aPipelineThatIsCancelledBeforeItBeginsIsAborted() {
        dev.octavo.engine.api.Cancellation cancellation = new dev.octavo.engine.api.Cancellation();
        cancellation.cancel();

        PipelineResult result = new Pipelines(folder)
                .with(request -> request.cancellation(cancellation))
                .run("sleep 600\n");

        assertThat(result.result()).isEqualTo(BuildResult.ABORTED);
        assertThat(result.failure().code()).isEqualTo(ErrorCode.CANCELLED);
    }
}
