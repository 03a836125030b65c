package dev.octavo.engine.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.runner.api.BuildResult;
import dev.octavo.engine.runner.api.PipelineResult;
import dev.octavo.engine.runner.api.StageStatus;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class BranchesTest {
    @TempDir
    Path folder;

    /** A step that returns once as many branches are in it at the same time. */
    private static Pipelines meeting(Pipelines pipelines, int branches) {
        CountDownLatch latch = new CountDownLatch(branches);
        return pipelines.step("meet", call -> {
            latch.countDown();
            try {
                return latch.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void parallelStagesRunAtTheSameTime() {
        Pipelines pipelines = meeting(new Pipelines(folder), 2);

        PipelineResult result = pipelines.run("""
                pipeline {
                    agent none
                    stages {
                        stage('both') {
                            parallel {
                                stage('left') { steps { script { echo "left ${meet()}" } } }
                                stage('right') { stages { stage('inner') { steps { script { echo "right ${meet()}" } } } } }
                            }
                            post { success { echo 'both done' } }
                        }
                    }
                }
                """);

        assertThat(result.failure()).isNull();
        assertThat(pipelines.lines()).containsExactlyInAnyOrder("left true", "right true", "both done");
        assertThat(Pipelines.statuses(result))
                .containsOnlyKeys("both", "both / left", "both / right", "both / right / inner");
    }

    @Test
    void aFailingBranchFailsTheBuildAndTheOthersGoOn() {
        Pipelines pipelines = new Pipelines(folder);

        PipelineResult result = pipelines.run("""
                pipeline {
                    agent none
                    stages {
                        stage('both') {
                            parallel {
                                stage('left') { steps { error 'left is broken' } }
                                stage('right') { steps { sleep(time: 50, unit: 'MILLISECONDS'); echo 'right' } }
                            }
                        }
                        stage('after') { steps { echo 'after' } }
                    }
                }
                """);

        assertThat(result.result()).isEqualTo(BuildResult.FAILURE);
        assertThat(result.failure()).isNotNull();
        assertThat(result.failure().what()).isEqualTo("left is broken");
        assertThat(pipelines.lines()).contains("right").doesNotContain("after");
        assertThat(Pipelines.statuses(result))
                .containsEntry("both", StageStatus.FAILURE)
                .containsEntry("both / left", StageStatus.FAILURE)
                .containsEntry("both / right", StageStatus.SUCCESS)
                .containsEntry("after", StageStatus.SKIPPED);
    }

    @Test
    void failFastEndsTheOtherBranches() {
        Pipelines pipelines = meeting(new Pipelines(folder), 2);

        PipelineResult result = pipelines.run("""
                pipeline {
                    agent none
                    stages {
                        stage('both') {
                            failFast true
                            parallel {
                                stage('left') { steps { meet(); error 'left is broken' } }
                                stage('right') {
                                    steps { meet(); sleep 600; echo 'slept' }
                                    post { aborted { echo 'right aborted' } }
                                }
                            }
                        }
                    }
                }
                """);

        assertThat(result.result()).isEqualTo(BuildResult.FAILURE);
        assertThat(result.failure()).isNotNull();
        assertThat(result.failure().what()).isEqualTo("left is broken");
        assertThat(pipelines.lines()).contains("right aborted").doesNotContain("slept");
        assertThat(Pipelines.statuses(result)).containsEntry("both / right", StageStatus.ABORTED);
    }

    @Test
    void scriptedParallelReturnsTheBranchesValues() {
        Pipelines pipelines = new Pipelines(folder);

        PipelineResult result = pipelines.run("""
                def found = [:]
                def branches = [:]
                for (name in ['a', 'b', 'c']) {
                    def own = name
                    branches[own] = {
                        sleep time: 1, unit: 'MILLISECONDS'
                        found[own] = own * 2
                        return own.toUpperCase()
                    }
                }
                branches.failFast = true
                def values = parallel(branches)
                echo "${values} ${new TreeMap(found)}"
                """);

        assertThat(result.failure()).isNull();
        assertThat(pipelines.lines()).contains("[a:A, b:B, c:C] [a:aa, b:bb, c:cc]");
        assertThat(Pipelines.statuses(result)).containsOnlyKeys("a", "b", "c");
    }

    @Test
    void eachBranchOnAnAgentHasAWorkspaceOfItsOwn() {
        Pipelines pipelines = meeting(new Pipelines(folder), 2);

        PipelineResult result = pipelines.run("""
                parallel(
                    a: { node { meet(); writeFile file: 'x', text: 'a'; echo "in ${pwd()}" } },
                    b: { node { meet(); writeFile file: 'x', text: 'b'; echo "in ${pwd()}" } })
                """);

        assertThat(result.failure()).isNull();
        assertThat(pipelines.lines())
                .containsExactlyInAnyOrder("in " + pipelines.workspace(), "in " + pipelines.workspace() + "@2");
    }

    @Test
    void aMatrixRunsItsCellsWithoutThoseExcluded() {
        Pipelines pipelines = new Pipelines(folder);

        PipelineResult result = pipelines.run("""
                pipeline {
                    agent none
                    stages {
                        stage('build') {
                            matrix {
                                axes {
                                    axis { name 'OS'; values 'linux', 'mac' }
                                    axis { name 'JDK'; values '17', '21' }
                                }
                                excludes {
                                    exclude {
                                        axis { name 'OS'; values 'mac' }
                                        axis { name 'JDK'; notValues '21' }
                                    }
                                }
                                when { not { equals expected: 'linux-21', actual: "${OS}-${JDK}" } }
                                environment { BOTH = "${OS}:${JDK}" }
                                stages {
                                    stage('run') { steps { echo "cell ${BOTH}" } }
                                }
                            }
                        }
                    }
                }
                """);

        assertThat(result.failure()).isNull();
        assertThat(pipelines.lines()).contains("cell linux:17", "cell mac:21").doesNotContain("cell mac:17");
        assertThat(Pipelines.statuses(result))
                .containsEntry("build / Matrix - OS = 'linux', JDK = '17'", StageStatus.SUCCESS)
                .containsEntry("build / Matrix - OS = 'linux', JDK = '21'", StageStatus.SKIPPED)
                .doesNotContainKey("build / Matrix - OS = 'mac', JDK = '17'");
    }
}
