package dev.octavo.engine.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.runner.api.BuildResult;
import dev.octavo.engine.runner.api.PipelineResult;
import dev.octavo.engine.runner.api.StageStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
@DisabledOnOs(OS.WINDOWS)
class ShellStepTest {
    @TempDir
    Path folder;

    @Test
    void showsCommandsAndTheirOutput() {
        Pipelines pipelines = new Pipelines(folder);

        PipelineResult result = pipelines.run("node {\n sh 'echo one; echo two >&2'\n}\n");

        assertThat(result.failure()).isNull();
        assertThat(pipelines.lines()).containsExactly("+ echo one", "one", "+ echo two", "two");
    }

    @Test
    void returnsOutputOrStatus() {
        Pipelines pipelines = new Pipelines(folder);

        pipelines.run("""
                node {
                    def text = sh(script: 'echo hidden; echo shown >&2', returnStdout: true).trim()
                    def code = sh script: 'exit 3', returnStatus: true
                    echo "[${text}] ${code}"
                }
                """);

        assertThat(pipelines.lines()).contains("shown", "[hidden] 3").doesNotContain("hidden");
    }

    @Test
    void aFailureNamesTheLineTheCommandAndItsOutput() {
        Pipelines pipelines = new Pipelines(folder);

        PipelineResult result = pipelines.run("node {\n  sh '''\n    echo before\n    ls /does/not/exist\n  '''\n}\n");

        assertThat(result.result()).isEqualTo(BuildResult.FAILURE);
        assertThat(result.failure()).isNotNull();
        assertThat(result.failure().code()).isEqualTo(ErrorCode.PIPELINE_FAILED);
        assertThat(result.failure().where()).isEqualTo("Jenkinsfile:2");
        assertThat(result.failure().what()).isEqualTo("A script failed with exit code 2");
        assertThat(result.failure().why())
                .contains("its last command was: ls /does/not/exist")
                .contains("No such file or directory");
    }

    @Test
    void aFailureCanBeCaughtByTheNameThatItHasInJenkins() {
        Pipelines pipelines = new Pipelines(folder);

        PipelineResult result = pipelines.run("""
                import hudson.AbortException
                node {
                    try {
                        sh 'exit 4'
                    } catch (AbortException e) {
                        echo "caught ${e.message}"
                    }
                }
                """);

        assertThat(result.failure()).isNull();
        assertThat(pipelines.lines()).contains("caught script returned exit code 4");
    }

    @Test
    void aScriptMayChooseItsInterpreter() {
        Pipelines pipelines = new Pipelines(folder);

        pipelines.run("node {\n sh '''#!/bin/sh\necho plain'''\n}\n");

        assertThat(pipelines.lines()).containsExactly("plain");
    }

    @Test
    void whatRunsInTheBackgroundDoesNotHoldUpTheStepAndEndsWithTheRun() {
        Pipelines pipelines = new Pipelines(folder);

        PipelineResult result = pipelines.run("""
                node {
                    sh 'sleep 600 & echo $! > pid'
                    echo "alive ${sh(script: 'kill -0 $(cat pid)', returnStatus: true)}"
                    writeFile file: '../pid', text: readFile('pid')
                }
                """);

        assertThat(result.failure()).isNull();
        assertThat(pipelines.lines()).contains("alive 0");
        assertThat(isAlive(folder.resolve("pid"))).isFalse();
    }

    @Test
    void cancellationEndsAllThatAScriptStartedAndPostStillRuns() {
        Cancellation cancellation = new Cancellation();
        CountDownLatch started = new CountDownLatch(1);
        Pipelines pipelines = new Pipelines(folder)
                .with(request -> request.cancellation(cancellation))
                .onOutput(line -> {
                    if (line.equals("started")) {
                        started.countDown();
                    }
                });
        Thread canceller = new Thread(() -> {
            try {
                started.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            cancellation.cancel();
        });
        canceller.start();

        PipelineResult result = pipelines.run("""
                pipeline {
                    agent any
                    options { skipDefaultCheckout() }
                    stages {
                        stage('long') {
                            steps {
                                sh '(setsid sleep 600 & echo $! > ../child); echo $$ > ../parent; echo started; sleep 600'
                                echo 'not reached'
                            }
                        }
                        stage('next') { steps { echo 'not reached' } }
                    }
                    post {
                        aborted { sh 'echo cleaned up' }
                    }
                }
                """);

        assertThat(result.result()).isEqualTo(BuildResult.ABORTED);
        assertThat(result.failure()).isNotNull();
        assertThat(result.failure().code()).isEqualTo(ErrorCode.CANCELLED);
        assertThat(pipelines.lines()).contains("cleaned up").doesNotContain("not reached");
        assertThat(Pipelines.statuses(result))
                .containsEntry("long", StageStatus.ABORTED)
                .containsEntry("next", StageStatus.SKIPPED);
        assertThat(isAlive(folder.resolve("child"))).isFalse();
        assertThat(isAlive(folder.resolve("parent"))).isFalse();
        assertThat(octavoThreads()).isZero();
    }

    @Test
    void aTimeLimitEndsAScriptAndFailsWithACodeOfItsOwn() {
        Pipelines pipelines = new Pipelines(folder);

        PipelineResult result = pipelines.run("""
                node {
                    try {
                        timeout(time: 200, unit: 'MILLISECONDS') {
                            sh 'echo $$ > ../pid; sleep 600'
                        }
                    } finally {
                        sh 'echo finally'
                    }
                }
                """);

        assertThat(result.result()).isEqualTo(BuildResult.ABORTED);
        assertThat(result.failure()).isNotNull();
        assertThat(result.failure().code()).isEqualTo(ErrorCode.PIPELINE_TIMEOUT);
        assertThat(result.failure().where()).isEqualTo("Jenkinsfile:4");
        assertThat(result.failure().why()).contains("200 ms").contains("Jenkinsfile:3");
        assertThat(pipelines.lines()).contains("finally");
        assertThat(isAlive(folder.resolve("pid"))).isFalse();
    }

    @Test
    void aTimeLimitEndsCodeThatNeverStops() {
        PipelineResult result = new Pipelines(folder)
                .run("timeout(time: 200, unit: 'MILLISECONDS') {\n  while (true) {\n    def x = 1\n  }\n}\n");

        assertThat(result.result()).isEqualTo(BuildResult.ABORTED);
        assertThat(result.failure()).isNotNull();
        assertThat(result.failure().code()).isEqualTo(ErrorCode.PIPELINE_TIMEOUT);
    }

    @Test
    void aRunThatCatchesItsEndIsEndedAfterTheGrace() {
        Cancellation cancellation = new Cancellation();
        AtomicLong rounds = new AtomicLong();
        Pipelines pipelines = new Pipelines(folder)
                .with(request -> request.cancellation(cancellation).grace(java.time.Duration.ofMillis(300)))
                .step("round", call -> {
                    if (rounds.incrementAndGet() == 1) {
                        cancellation.cancel();
                    }
                    return null;
                });

        PipelineResult result = pipelines.run("""
                while (true) {
                    try {
                        round()
                        sleep 600
                    } catch (e) {
                        echo 'again'
                    }
                }
                """);

        assertThat(result.result()).isEqualTo(BuildResult.ABORTED);
        assertThat(result.failure()).isNotNull();
        assertThat(result.failure().code()).isEqualTo(ErrorCode.CANCELLED);
        assertThat(pipelines.lines()).contains("again");
    }

    @Test
    void retryForALostAgentDoesNotRepeatWhatFails() {
        Pipelines pipelines = new Pipelines(folder);

        PipelineResult result = pipelines.run("""
                retry(count: 3, conditions: [agent(), nonresumable()]) {
                    echo 'tried'
                    error 'wrong'
                }
                """);

        assertThat(result.result()).isEqualTo(BuildResult.FAILURE);
        assertThat(pipelines.lines().stream().filter("tried"::equals)).hasSize(1);
    }

    @Test
    void retryTriesAgainAndATimeLimitInsideCountsAsAFailure() {
        Pipelines pipelines = new Pipelines(folder);

        PipelineResult result = pipelines.run("""
                int n = 0
                retry(3) {
                    n++
                    if (n == 1) {
                        error 'first'
                    }
                    timeout(time: 100, unit: 'MILLISECONDS') {
                        if (n == 2) {
                            sleep 600
                        }
                    }
                }
                echo "tried ${n}"
                """);

        assertThat(result.failure()).isNull();
        assertThat(result.result()).isEqualTo(BuildResult.SUCCESS);
        assertThat(pipelines.lines()).contains("tried 3");
    }

    private static boolean isAlive(Path pidFile) {
        try {
            long pid = Long.parseLong(Files.readString(pidFile).strip());
            Path status = Path.of("/proc/" + pid + "/stat");
            // one that has ended may still wait for its parent to notice
            boolean ended = Files.exists(status) && Files.readString(status).contains(") Z ");
            return !ended && ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
        } catch (java.nio.file.NoSuchFileException e) {
            return false;
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static long octavoThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("octavo-"))
                .count();
    }
}
