package dev.octavo.engine.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.runner.api.BuildResult;
import dev.octavo.engine.runner.api.InputAnswer;
import dev.octavo.engine.runner.api.InputRequest;
import dev.octavo.engine.runner.api.ParameterSpec;
import dev.octavo.engine.runner.api.PipelineResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class InputTest {
    @TempDir
    Path folder;

    private final List<InputRequest> asked = new ArrayList<>();

    private Pipelines answering(InputAnswer answer) {
        return new Pipelines(folder)
                .with(request -> request.input((gate, cancellation) -> {
                    asked.add(gate);
                    return answer;
                }));
    }

    @Test
    void returnsWhatJenkinsReturns() {
        Pipelines pipelines = answering(new InputAnswer.Proceed("ann", Map.of("A", "given", "FLAG", "true")));

        PipelineResult result = pipelines.run("""
                def none = input 'Go on?'
                def who = input message: 'Who?', submitterParameter: 'APPROVER', submitter: 'ann,bob', ok: 'Yes'
                def one = input message: 'One?', parameters: [string(name: 'A', defaultValue: 'a', description: '')]
                def all = input id: 'all', message: 'All?', submitterParameter: 'WHO', parameters: [
                    string(name: 'A', defaultValue: 'a'), string(name: 'B', defaultValue: 'b'),
                    booleanParam(name: 'FLAG', defaultValue: false), choice(name: 'C', choices: ['x', 'y'])]
                echo "${none} ${who} ${one} ${all}"
                """);

        assertThat(result.failure()).isNull();
        assertThat(pipelines.lines()).contains("null ann given [A:given, B:b, FLAG:true, C:x, WHO:ann]");
        assertThat(asked).extracting(InputRequest::id).containsExactly("go-on", "who", "one", "all");
        assertThat(asked.get(1).submitter()).isEqualTo("ann,bob");
        assertThat(asked.get(1).ok()).isEqualTo("Yes");
        assertThat(asked.get(3).parameters()).extracting(ParameterSpec::name).containsExactly("A", "B", "FLAG", "C");
        assertThat(asked.get(3).place()).hasToString("Jenkinsfile:4");
    }

    @Test
    void theDirectiveAsksBeforeItsStageAndSetsVariables() {
        Pipelines pipelines = answering(new InputAnswer.Proceed("ann", Map.of("TARGET", "prod")));

        PipelineResult result = pipelines.run("""
                pipeline {
                    agent none
                    stages {
                        stage('deploy') {
                            input {
                                message "deploy ${env.JOB_NAME}?"
                                id 'deploy-gate'
                                ok 'Yes'
                                submitter 'ann'
                                submitterParameter 'WHO'
                                parameters {
                                    choice(name: 'TARGET', choices: ['dev', 'prod'], description: '')
                                }
                            }
                            steps { echo "to ${TARGET} by ${WHO}" }
                        }
                    }
                }
                """);

        assertThat(result.failure()).isNull();
        assertThat(pipelines.lines()).contains("to prod by ann");
        assertThat(asked.get(0).id()).isEqualTo("deploy-gate");
        assertThat(asked.get(0).message()).isEqualTo("deploy shop/catalog?");
        assertThat(asked.get(0).stage()).isEqualTo("deploy");
    }

    @Test
    void noEndsTheBuildAsAborted() {
        Pipelines pipelines = answering(new InputAnswer.Abort("bob"));

        PipelineResult result = pipelines.run("""
                pipeline {
                    agent none
                    stages { stage('a') { steps { input 'Go on?' } } }
                    post { aborted { echo 'P aborted' } }
                }
                """);

        assertThat(result.result()).isEqualTo(BuildResult.ABORTED);
        assertThat(result.failure().code()).isEqualTo(ErrorCode.GATE_REFUSED);
        assertThat(result.failure().why()).contains("bob");
        assertThat(pipelines.lines()).contains("P aborted");
    }

    @Test
    void nobodyToAskIsAFailureOfItsOwn() {
        PipelineResult result = new Pipelines(folder).run("input id: 'gate', message: 'Go on?'\n");

        assertThat(result.result()).isEqualTo(BuildResult.FAILURE);
        assertThat(result.failure().code()).isEqualTo(ErrorCode.GATE_NOT_ASKED);
    }

    @Test
    void aTimeLimitAroundAGateIsAGateThatTimedOut() {
        CountDownLatch cancelled = new CountDownLatch(1);
        Pipelines pipelines = new Pipelines(folder)
                .with(request -> request.input((gate, cancellation) -> {
                    try (var registration = cancellation.onCancel(cancelled::countDown)) {
                        cancelled.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    cancellation.check();
                    throw new IllegalStateException();
                }));

        PipelineResult result =
                pipelines.run("timeout(time: 50, unit: 'MILLISECONDS') {\n  input id: 'gate', message: 'Go on?'\n}\n");

        assertThat(result.failure().code()).isEqualTo(ErrorCode.GATE_TIMEOUT);
        assertThat(result.failure().where()).isEqualTo("Jenkinsfile:2");
        assertThat(result.result()).isEqualTo(BuildResult.ABORTED);
    }

    @Test
    void aHandlersFailureReachesTheResultAsItIs() {
        EngineException own = new EngineException(
                ErrorCode.GATE_REFUSED, "Gate \"dev\" was refused", "deploy", "ann said no", "ask ann");
        Pipelines pipelines = new Pipelines(folder)
                .with(request -> request.input((gate, cancellation) -> {
                    throw own;
                }));

        PipelineResult result = pipelines.run("input 'x'\n");

        assertThat(result.failure()).isSameAs(own);
    }
}
