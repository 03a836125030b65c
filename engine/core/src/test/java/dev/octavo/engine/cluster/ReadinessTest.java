package dev.octavo.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadinessTest {
    @ParameterizedTest(name = "[{index}] {3}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {replicas: 2} | observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 2 | WAITING | its controller has not seen the change yet
            {replicas: 2} | {}                                                                           | WAITING | its controller has not seen the change yet
            {replicas: 2} | observedGeneration: 2                                                        | WAITING | 0 of 2 replicas updated
            {replicas: 2} | observedGeneration: 2, replicas: 3, updatedReplicas: 1, availableReplicas: 3 | WAITING | 1 of 2 replicas updated
            {replicas: 2} | observedGeneration: 2, replicas: 3, updatedReplicas: 2, availableReplicas: 3 | WAITING | 1 old replicas still there
            {replicas: 2} | observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 1 | WAITING | 1 of 2 replicas available
            {replicas: 2} | observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2 | READY   | 2 of 2 replicas available
            {replicas: 2} | observedGeneration: 3, replicas: 2, updatedReplicas: 2, availableReplicas: 2 | READY   | 2 of 2 replicas available
            {}            | observedGeneration: 2, replicas: 1, updatedReplicas: 1, availableReplicas: 1 | READY   | 1 of 1 replicas available
            {replicas: 0} | observedGeneration: 2                                                        | READY   | 0 of 0 replicas available
            {replicas: 2, paused: true} | observedGeneration: 2                                          | READY   | it is paused, so nothing is rolled out
            {replicas: 2} | `observedGeneration: 2, updatedReplicas: 2, replicas: 2, conditions: [{type: Progressing, status: "False", reason: ProgressDeadlineExceeded, message: too late}]` | FAILED | too late
            {replicas: 2} | `observedGeneration: 1, updatedReplicas: 2, replicas: 2, conditions: [{type: Progressing, status: "False", reason: ProgressDeadlineExceeded, message: too late}]` | WAITING | its controller has not seen the change yet
            {replicas: 2} | `observedGeneration: 2, conditions: [{type: ReplicaFailure, status: "True", reason: FailedCreate, message: exceeded quota}]` | WAITING | 0 of 2 replicas updated; exceeded quota
            """)
    void judgesDeployments(String spec, String status, Readiness.State state, String message) {
        assertReadiness("Deployment", spec, status, state, message);
    }

    @ParameterizedTest(name = "[{index}] {3}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {replicas: 3} | observedGeneration: 1, readyReplicas: 3, currentRevision: a, updateRevision: a | WAITING | its controller has not seen the change yet
            {replicas: 3} | observedGeneration: 2, readyReplicas: 1, availableReplicas: 1, currentRevision: a, updateRevision: a | WAITING | 1 of 3 replicas available
            {replicas: 3} | observedGeneration: 2, readyReplicas: 3, updatedReplicas: 1, currentRevision: a, updateRevision: b | WAITING | 1 of 3 replicas updated
            {replicas: 3} | observedGeneration: 2, readyReplicas: 3, availableReplicas: 2, updatedReplicas: 3, currentRevision: a, updateRevision: b | WAITING | 2 of 3 replicas available
            {replicas: 3} | observedGeneration: 2, readyReplicas: 3, updatedReplicas: 3, currentRevision: b, updateRevision: b | READY | 3 of 3 replicas available
            `{replicas: 3, updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 2}}}` | observedGeneration: 2, readyReplicas: 3, updatedReplicas: 1, currentRevision: a, updateRevision: b | READY | 3 of 3 replicas available
            `{replicas: 3, updateStrategy: {type: OnDelete}}` | observedGeneration: 2, readyReplicas: 3, updatedReplicas: 0, currentRevision: a, updateRevision: b | READY | 3 of 3 replicas available, replaced only when they are deleted
            """)
    void judgesStatefulSets(String spec, String status, Readiness.State state, String message) {
        assertReadiness("StatefulSet", spec, status, state, message);
    }

    @ParameterizedTest(name = "[{index}] {3}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {} | desiredNumberScheduled: 0                                                    | WAITING | its controller has not seen the change yet
            {} | observedGeneration: 2, desiredNumberScheduled: 0                              | READY   | 0 of 0 nodes available
            {} | observedGeneration: 2, desiredNumberScheduled: 2, updatedNumberScheduled: 1, numberAvailable: 2 | WAITING | 1 of 2 nodes updated
            {} | observedGeneration: 2, desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 1 | WAITING | 1 of 2 nodes available
            {} | observedGeneration: 2, desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2 | READY   | 2 of 2 nodes available
            `{updateStrategy: {type: OnDelete}}` | observedGeneration: 2, desiredNumberScheduled: 2, numberAvailable: 2 | READY | 2 of 2 nodes available
            """)
    void judgesDaemonSets(String spec, String status, Readiness.State state, String message) {
        assertReadiness("DaemonSet", spec, status, state, message);
    }

    @ParameterizedTest(name = "[{index}] {3}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {completions: 2} | succeeded: 1                                                          | WAITING | 1 of 2 completed
            {}               | `succeeded: 1, conditions: [{type: Complete, status: "True"}]`        | READY   | 1 of 1 completed
            {}               | `conditions: [{type: Failed, status: "True", reason: BackoffLimitExceeded, message: no more}]` | FAILED | no more
            {suspend: true}  | {}                                                                    | READY   | it is suspended, so nothing runs
            """)
    void judgesJobs(String spec, String status, Readiness.State state, String message) {
        assertReadiness("Job", spec, status, state, message);
    }

    @ParameterizedTest(name = "[{index}] {3}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {} | phase: Pending                                                       | WAITING | Pending
            {} | `phase: Running, conditions: [{type: Ready, status: "False"}]`       | WAITING | Running
            {} | `phase: Running, conditions: [{type: Ready, status: "True"}]`        | READY   | ready
            {} | phase: Succeeded                                                     | READY   | it has ended well
            {} | phase: Failed, reason: Evicted, message: no space                    | FAILED  | no space
            """)
    void judgesPods(String spec, String status, Readiness.State state, String message) {
        assertReadiness("Pod", spec, status, state, message);
    }

    private static void assertReadiness(
            String kind, String spec, String status, Readiness.State state, String message) {
        String braced = status.startsWith("{") ? status : "{" + status + "}";
        Readiness readiness = Readiness.of(Trees.tree(
                "kind: " + kind + "\nmetadata: {generation: 2}\nspec: " + spec + "\nstatus: " + braced + "\n"));

        assertThat(readiness.message()).isEqualTo(message);
        assertThat(readiness.state()).isEqualTo(state);
    }

    @Test
    void doesNotWaitForWhatIsBeingDeleted() {
        Readiness readiness = Readiness.of(
                Trees.tree("{kind: Deployment, metadata: {generation: 1, deletionTimestamp: '2026-01-01T00:00:00Z'}}"));

        assertThat(readiness.state()).isEqualTo(Readiness.State.FAILED);
    }
}
