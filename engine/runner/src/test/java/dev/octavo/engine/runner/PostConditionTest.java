package dev.octavo.engine.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.runner.api.BuildResult;
import dev.octavo.engine.runner.api.PipelineResult;
import dev.octavo.engine.runner.api.StageStatus;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PostConditionTest {
    private static final String ALL = """
            post {
                cleanup { echo "${where} cleanup ${currentBuild.currentResult}" }
                failure { echo "${where} failure ${currentBuild.currentResult}" }
                unstable { echo "${where} unstable ${currentBuild.currentResult}" }
                unsuccessful { echo "${where} unsuccessful ${currentBuild.currentResult}" }
                success { echo "${where} success ${currentBuild.currentResult}" }
                aborted { echo "${where} aborted ${currentBuild.currentResult}" }
                regression { echo "${where} regression ${currentBuild.currentResult}" }
                fixed { echo "${where} fixed ${currentBuild.currentResult}" }
                changed { echo "${where} changed ${currentBuild.currentResult}" }
                always { echo "${where} always ${currentBuild.currentResult}" }
            }
            """;

    @TempDir
    Path folder;

    private List<String> said(Pipelines pipelines) {
        return pipelines.lines().stream()
                .filter(line -> line.startsWith("S ") || line.startsWith("P "))
                .toList();
    }

    private static String pipeline(String steps) {
        return "pipeline {\n agent none\n stages {\n stage('a') {\n steps {\n" + steps + "\n}\n"
                + ALL.replace("${where}", "S")
                + "}\n}\n"
                + ALL.replace("${where}", "P")
                + "}\n";
    }

    @ParameterizedTest(name = "{0}, after {1}")
    @CsvSource(delimiter = '|', textBlock = """
            echo 'fine'                               |          | SUCCESS  | always changed success cleanup
            echo 'fine'                               | SUCCESS  | SUCCESS  | always success cleanup
            echo 'fine'                               | FAILURE  | SUCCESS  | always changed fixed success cleanup
            error 'broken'                            | SUCCESS  | FAILURE  | always changed regression unsuccessful failure cleanup
            unstable 'shaky'                          | SUCCESS  | UNSTABLE | always changed regression unsuccessful unstable cleanup
            script { currentBuild.result = 'ABORTED' } |          | ABORTED  | always changed aborted unsuccessful cleanup
            """)
    void conditionsRunInJenkinsOrder(String steps, BuildResult previous, BuildResult expected, String conditions) {
        Pipelines pipelines = new Pipelines(folder).with(request -> request.previousResult(previous));

        PipelineResult result = pipelines.run(pipeline(steps));

        assertThat(result.result()).isEqualTo(expected);
        List<String> names = List.of(conditions.split(" "));
        assertThat(said(pipelines))
                .containsExactlyElementsOf(java.util.stream.Stream.concat(
                                names.stream().map(name -> "S " + name + " " + expected),
                                names.stream().map(name -> "P " + name + " " + expected))
                        .toList());
    }

    @Test
    void aFailingConditionDoesNotStopTheOthers() {
        Pipelines pipelines = new Pipelines(folder);

        PipelineResult result = pipelines.run("""
                pipeline {
                    agent none
                    stages { stage('a') { steps { echo 'a' } } }
                    post {
                        always { error 'in always' }
                        success { echo 'P success' }
                        failure { echo 'P failure' }
                        cleanup { echo 'P cleanup' }
                    }
                }
                """);

        assertThat(result.result()).isEqualTo(BuildResult.FAILURE);
        assertThat(said(pipelines)).containsExactly("P failure", "P cleanup");
        assertThat(result.failure()).isNotNull();
        assertThat(result.failure().what()).isEqualTo("in always");
        assertThat(result.failure().where()).isEqualTo("Jenkinsfile:5");
    }

    @Test
    void stagesAfterAFailureAreSkippedWithTheReason() {
        Pipelines pipelines = new Pipelines(folder);

        PipelineResult result = pipelines.run("""
                pipeline {
                    agent none
                    stages {
                        stage('a') { steps { error 'broken' } }
                        stage('b') {
                            stages { stage('c') { steps { echo 'c' } } }
                            post { always { echo 'P b' } }
                        }
                    }
                }
                """);

        assertThat(Pipelines.statuses(result))
                .containsEntry("a", StageStatus.FAILURE)
                .containsEntry("b", StageStatus.SKIPPED)
                .containsEntry("b / c", StageStatus.SKIPPED);
        assertThat(result.stages().get(1).reason()).isEqualTo("an earlier stage failed");
        assertThat(said(pipelines)).isEmpty();
    }

    @Test
    void catchErrorMarksTheStageAndTheBuildAndGoesOn() {
        PipelineResult result = new Pipelines(folder).run("""
                        pipeline {
                            agent none
                            stages {
                                stage('a') { steps { catchError(buildResult: 'SUCCESS', stageResult: 'FAILURE') { error 'x' } } }
                                stage('b') { steps { warnError('careful') { error 'y' } } }
                                stage('c') { steps { echo 'c' } }
                            }
                        }
                        """);

        assertThat(result.result()).isEqualTo(BuildResult.UNSTABLE);
        assertThat(result.failure()).isNull();
        assertThat(Pipelines.statuses(result))
                .containsEntry("a", StageStatus.FAILURE)
                .containsEntry("b", StageStatus.UNSTABLE)
                .containsEntry("c", StageStatus.SUCCESS);
    }

    @Test
    void unstableStopsLaterStagesOnlyWhereThatIsAskedFor() {
        PipelineResult result = new Pipelines(folder).run("""
                        pipeline {
                            agent none
                            options { skipStagesAfterUnstable() }
                            stages {
                                stage('a') { steps { unstable 'shaky' } }
                                stage('b') { steps { echo 'b' } }
                            }
                        }
                        """);

        assertThat(result.result()).isEqualTo(BuildResult.UNSTABLE);
        assertThat(Pipelines.statuses(result))
                .containsEntry("a", StageStatus.UNSTABLE)
                .containsEntry("b", StageStatus.SKIPPED);
    }
}
