package dev.octavo.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.cluster.PodTrouble.Certainty;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodTroubleTest {
    @ParameterizedTest(name = "[{index}] {0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            state: {waiting: {reason: ContainerCreating}}                                                       |                  |
            state: {waiting: {reason: PodInitializing}}                                                         |                  |
            state: {running: {}}                                                                                |                  |
            `state: {waiting: {reason: ErrImagePull, message: "rpc error: code = NotFound desc = r.io/x:1: not found"}}` | ErrImagePull | CERTAIN
            `state: {waiting: {reason: ImagePullBackOff, message: "pull access denied"}}`                       | ImagePullBackOff | CERTAIN
            `state: {waiting: {reason: ErrImagePull, message: "dial tcp: i/o timeout"}}`                        | ErrImagePull     | WHEN_REPEATED
            `state: {waiting: {reason: ImagePullBackOff, message: "Back-off pulling image"}}`                   | ImagePullBackOff | WHEN_REPEATED
            state: {waiting: {reason: ErrImageNeverPull, message: x}}                                           | ErrImageNeverPull | CERTAIN
            state: {waiting: {reason: InvalidImageName, message: x}}                                            | InvalidImageName | CERTAIN
            state: {waiting: {reason: CreateContainerConfigError, message: x}}                                  | CreateContainerConfigError | CERTAIN
            state: {waiting: {reason: CreateContainerError, message: x}}                                        | CreateContainerError | WHEN_REPEATED
            `state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {exitCode: 3, reason: Error}}` | CrashLoopBackOff | CERTAIN
            `state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {exitCode: 137, reason: OOMKilled}}` | OOMKilled | CERTAIN
            `state: {running: {}}, lastState: {terminated: {exitCode: 137, reason: OOMKilled}}`                 | OOMKilled        | CERTAIN
            `ready: true, state: {running: {}}, lastState: {terminated: {exitCode: 137, reason: OOMKilled}}`    |                  |
            `state: {terminated: {exitCode: 1, reason: Error}}`                                                 |                  |
            `restartCount: 1, state: {running: {}}, lastState: {terminated: {exitCode: 143, reason: Error}}`    |                  |
            `restartCount: 2, state: {running: {}}, lastState: {terminated: {exitCode: 143, reason: Error}}`    | CrashLoopBackOff | CERTAIN
            `restartCount: 2, state: {running: {}}, lastState: {terminated: {exitCode: 0, reason: Completed}}`  |                  |
            `restartCount: 2, ready: true, state: {running: {}}, lastState: {terminated: {exitCode: 1}}`        |                  |
            """)
    void seesWhatKeepsAContainerFromRunning(String status, String reason, Certainty certainty) {
        Optional<PodTrouble> trouble = PodTrouble.of(
                Trees.tree("metadata: {name: p}\nstatus: {containerStatuses: [{name: app, " + status + "}]}"));

        if (reason == null) {
            assertThat(trouble).isEmpty();
            return;
        }
        assertThat(trouble).get().satisfies(seen -> {
            assertThat(seen.reason()).isEqualTo(reason);
            assertThat(seen.certainty()).isEqualTo(certainty);
            assertThat(seen.container()).isEqualTo("app");
        });
    }

    @Test
    void tellsHowACrashingContainerEnded() {
        assertThat(
                        PodTrouble.of(
                                Trees.tree(
                                        "status: {containerStatuses: [{name: a, state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {exitCode: 3, reason: Error}}}]}")))
                .get()
                .extracting(PodTrouble::message)
                .isEqualTo("it ends again and again, last with exit code 3 (Error)");
    }

    @Test
    void seesThatThereIsNoNode() {
        assertThat(
                        PodTrouble.of(
                                Trees.tree(
                                        "status: {conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable, message: 0/1 nodes}]}")))
                .get()
                .satisfies(trouble -> {
                    assertThat(trouble.certainty()).isEqualTo(Certainty.AFTER_GRACE);
                    assertThat(trouble.message()).isEqualTo("0/1 nodes");
                });
    }

    @Test
    void seesInitContainersAndTellsTheWorst() {
        assertThat(PodTrouble.of(Trees.tree("""
                                status:
                                  initContainerStatuses: [{name: i, state: {waiting: {reason: ErrImagePull, message: timeout}}}]
                                  containerStatuses: [{name: a, state: {waiting: {reason: InvalidImageName}}}]
                                """)))
                .get()
                .extracting(PodTrouble::container)
                .isEqualTo("a");
    }

    @Test
    void saysNothingOfPodsThatGo() {
        String statuses = "status: {containerStatuses: [{name: a, state: {waiting: {reason: InvalidImageName}}}]";

        assertThat(PodTrouble.of(Trees.tree("metadata: {deletionTimestamp: x}\n" + statuses + "}")))
                .isEmpty();
        assertThat(PodTrouble.of(Trees.tree(statuses + ", phase: Failed, reason: Evicted}")))
                .isEmpty();
    }
}
