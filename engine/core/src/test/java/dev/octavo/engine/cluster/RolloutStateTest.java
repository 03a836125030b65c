package dev.octavo.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.cluster.RolloutState.Verdict;
import dev.octavo.engine.cluster.RolloutState.Workload;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RolloutStateTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Workload APP = new Workload("apps/v1", "Deployment", "shop", "app", "app.yaml", 1);

    private final RolloutState state = new RolloutState(List.of(APP), START, START, RolloutState.Outside.UNKNOWN);

    private static Place place(String kind) {
        return new Place(kind.equals("Pod") ? "" : "apps", kind, "shop");
    }

    private static Map<String, Object> deployment(int generation, int observed, String revision) {
        return Trees.tree("""
                kind: Deployment
                metadata: {name: app, uid: d, generation: %d, annotations: {deployment.kubernetes.io/revision: "%s"}}
                spec: {replicas: 1}
                status: {observedGeneration: %d, replicas: 1, updatedReplicas: 1, availableReplicas: 0}
                """.formatted(generation, revision, observed));
    }

    private static Map<String, Object> replicaSet(String name, String revision, String created) {
        return Trees.tree("""
                metadata: {name: %s, uid: %s, creationTimestamp: %s, annotations: {deployment.kubernetes.io/revision: "%s"}, ownerReferences: [{controller: true, uid: d}]}
                """.formatted(name, name, created, revision));
    }

    private static Map<String, Object> pod(String name, String owner, String status) {
        return Trees.tree("metadata: {name: %s, uid: %s, ownerReferences: [{controller: true, uid: %s}]}\nstatus: %s\n"
                .formatted(name, name, owner, status));
    }

    private static String waiting(String reason, String message) {
        return "{containerStatuses: [{name: c, state: {waiting: {reason: %s, message: '%s'}}}]}"
                .formatted(reason, message);
    }

    private Verdict judge(long seconds) {
        return state.judge(START.plusSeconds(seconds)).get(0);
    }

    private Readiness.State stateAfter(long seconds) {
        return judge(seconds).readiness().state();
    }

    @BeforeEach
    void setUp() {
        state.view().replace(place("Deployment"), 0, List.of(deployment(2, 2, "2")));
        state.view()
                .replace(
                        place("ReplicaSet"),
                        0,
                        List.of(
                                replicaSet("app-old", "1", "2026-01-01T00:00:00Z"),
                                replicaSet("app-new", "2", "2026-01-02T00:00:00Z")));
    }

    @Test
    void waitsForWhatWasNotListedYet() {
        RolloutState empty = new RolloutState(List.of(APP), START, START, RolloutState.Outside.UNKNOWN);

        assertThat(empty.judge(START).get(0).readiness().message()).isEmpty();
    }

    @Test
    void failsWhenTheWorkloadIsDeleted() {
        state.view().remove(place("Deployment"), 0, "app");

        assertThat(judge(0).readiness().reason()).isEqualTo("Deleted");
    }

    @Test
    void looksAtThePodsOfTheNewRevisionOnly() {
        state.view().put(place("Pod"), 0, pod("old", "app-old", waiting("CrashLoopBackOff", "")));
        assertThat(stateAfter(0)).isEqualTo(Readiness.State.WAITING);

        state.view().put(place("Pod"), 0, pod("foreign", "other", waiting("CrashLoopBackOff", "")));
        assertThat(stateAfter(0)).isEqualTo(Readiness.State.WAITING);

        state.view().put(place("Pod"), 0, pod("new", "app-new", waiting("CrashLoopBackOff", "")));
        assertThat(judge(0).readiness().reason()).isEqualTo("CrashLoopBackOff");
        assertThat(judge(0).trouble()).get().extracting(PodTrouble::pod).isEqualTo("new");
    }

    @Test
    void judgesNoPodBeforeTheControllerHasSeenTheChange() {
        state.view().put(place("Deployment"), 0, deployment(3, 2, "2"));
        state.view().put(place("Pod"), 0, pod("new", "app-new", waiting("CrashLoopBackOff", "")));

        assertThat(stateAfter(0)).isEqualTo(Readiness.State.WAITING);
    }

    @Test
    void takesTheNewestReplicaSetWhereNoneTellsItsRevision() {
        state.view().put(place("Deployment"), 0, deployment(2, 2, ""));
        state.view().put(place("Pod"), 0, pod("old", "app-old", waiting("CrashLoopBackOff", "")));
        assertThat(stateAfter(0)).isEqualTo(Readiness.State.WAITING);

        state.view().put(place("Pod"), 0, pod("new", "app-new", waiting("CrashLoopBackOff", "")));
        assertThat(stateAfter(0)).isEqualTo(Readiness.State.FAILED);
    }

    @Nested
    class AnImageThatCannotBePulled {
        private void pull(String reason, String message) {
            state.view().put(place("Pod"), 0, pod("new", "app-new", waiting(reason, message)));
        }

        @Test
        void failsAtOnceWhereTheRegistryHasNoSuchImage() {
            pull("ErrImagePull", "r.io/x:1: not found");

            assertThat(stateAfter(0)).isEqualTo(Readiness.State.FAILED);
        }

        @Test
        void failsAtTheSecondTryOtherwise() {
            pull("ErrImagePull", "timeout");
            assertThat(stateAfter(0)).isEqualTo(Readiness.State.WAITING);
            pull("ImagePullBackOff", "timeout");
            assertThat(stateAfter(1)).isEqualTo(Readiness.State.WAITING);
            pull("ErrImagePull", "timeout");
            assertThat(stateAfter(11)).isEqualTo(Readiness.State.FAILED);
        }

        @Test
        void failsAfterAWhileWhereOnlyTheBackOffIsSeen() {
            pull("ImagePullBackOff", "timeout");
            assertThat(stateAfter(0)).isEqualTo(Readiness.State.WAITING);
            assertThat(state.clockRuns()).isTrue();
            assertThat(stateAfter(19)).isEqualTo(Readiness.State.WAITING);
            assertThat(stateAfter(20)).isEqualTo(Readiness.State.FAILED);
        }

        @Test
        void isForgivenWhereItIsPulledInTheEnd() {
            pull("ErrImagePull", "timeout");
            assertThat(stateAfter(0)).isEqualTo(Readiness.State.WAITING);
            state.view()
                    .put(
                            place("Pod"),
                            0,
                            pod("new", "app-new", "{containerStatuses: [{name: c, state: {running: {}}}]}"));
            assertThat(stateAfter(30)).isEqualTo(Readiness.State.WAITING);
            assertThat(state.clockRuns()).isFalse();
        }
    }

    @Test
    void givesPodsFromBeforeTheDeploymentAWhileToRecover() {
        String crashing =
                "{containerStatuses: [{name: c, restartCount: %d, state: {waiting: {reason: CrashLoopBackOff}}}]}";
        state.view().put(place("Pod"), 0, created("2025-12-31T23:00:00Z", crashing.formatted(4)));
        assertThat(stateAfter(0)).isEqualTo(Readiness.State.WAITING);
        assertThat(state.clockRuns()).isTrue();
        assertThat(stateAfter(59)).isEqualTo(Readiness.State.WAITING);
        assertThat(stateAfter(60)).isEqualTo(Readiness.State.FAILED);
    }

    @Test
    void failsWhenAPodFromBeforeTheDeploymentCrashesAgain() {
        String crashing =
                "{containerStatuses: [{name: c, restartCount: %d, state: {waiting: {reason: CrashLoopBackOff}}}]}";
        state.view().put(place("Pod"), 0, created("2025-12-31T23:00:00Z", crashing.formatted(4)));
        assertThat(stateAfter(0)).isEqualTo(Readiness.State.WAITING);
        state.view().put(place("Pod"), 0, created("2025-12-31T23:00:00Z", crashing.formatted(5)));
        assertThat(stateAfter(5)).isEqualTo(Readiness.State.FAILED);
    }

    private static Map<String, Object> created(String time, String status) {
        Map<String, Object> pod = Tree.copy(pod("new", "app-new", status));
        Tree.map(pod, "metadata").put("creationTimestamp", time);
        return pod;
    }

    private static Map<String, Object> missedDeadline(String time) {
        Map<String, Object> late = Tree.copy(deployment(2, 2, "2"));
        Tree.map(late, "status")
                .put(
                        "conditions",
                        List.of(Trees.tree("{type: Progressing, status: 'False', reason: ProgressDeadlineExceeded, "
                                + "lastUpdateTime: '" + time + "'}")));
        return late;
    }

    @Test
    void forgetsADeadlineThatWasMissedBeforeTheDeployment() {
        state.view().put(place("Deployment"), 0, missedDeadline("2025-12-31T23:59:00Z"));

        assertThat(stateAfter(0)).isEqualTo(Readiness.State.WAITING);
        assertThat(stateAfter(599)).isEqualTo(Readiness.State.WAITING);
        assertThat(stateAfter(600)).isEqualTo(Readiness.State.FAILED);
    }

    @Test
    void allowsTheTimeOfTheDeploymentItselfAfterADeadlineThatWasMissedBefore() {
        Map<String, Object> deployment = Tree.copy(missedDeadline("2025-12-31T23:59:00Z"));
        Map<String, Object> spec = new LinkedHashMap<>(Tree.map(deployment, "spec"));
        spec.put("progressDeadlineSeconds", 120);
        deployment.put("spec", spec);
        state.view().put(place("Deployment"), 0, deployment);

        assertThat(stateAfter(0)).isEqualTo(Readiness.State.WAITING);
        assertThat(stateAfter(119)).isEqualTo(Readiness.State.WAITING);
        assertThat(stateAfter(120)).isEqualTo(Readiness.State.FAILED);
    }

    @Test
    void forgetsADeadlineThatWasMissedBeforeTheChangeWasWritten() {
        RolloutState written =
                new RolloutState(List.of(APP), START, START.plusSeconds(3), RolloutState.Outside.UNKNOWN);
        written.view().put(place("Deployment"), 0, missedDeadline("2026-01-01T00:00:03Z"));

        assertThat(written.judge(START.plusSeconds(3)).get(0).readiness().state())
                .isEqualTo(Readiness.State.WAITING);

        written.view().put(place("Deployment"), 0, missedDeadline("2026-01-01T00:00:04Z"));

        assertThat(written.judge(START.plusSeconds(4)).get(0).readiness().state())
                .isEqualTo(Readiness.State.FAILED);
    }

    @Test
    void allowsAWhileForANodeToBeFound() {
        state.view()
                .put(
                        place("Pod"),
                        0,
                        pod(
                                "new",
                                "app-new",
                                "{conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable, message: 0/1}]}"));

        assertThat(stateAfter(0)).isEqualTo(Readiness.State.WAITING);
        assertThat(stateAfter(29)).isEqualTo(Readiness.State.WAITING);
        assertThat(judge(30).readiness().reason()).isEqualTo("Unschedulable");
    }

    @Test
    void allowsAWhileForAQuotaToBecomeFree() {
        Map<String, Object> set = Tree.copy(replicaSet("app-new", "2", "2026-01-02T00:00:00Z"));
        set.put("status", Trees.tree("conditions: [{type: ReplicaFailure, status: 'True', message: exceeded quota}]"));
        state.view().put(place("ReplicaSet"), 0, set);

        assertThat(stateAfter(0)).isEqualTo(Readiness.State.WAITING);
        assertThat(judge(30).readiness()).isEqualTo(Readiness.failed("FailedCreate", "exceeded quota"));
    }

    @Test
    void doesNotTakeTheRefusalOfAReplicaSetThatIsReplacedForOneOfTheNew() {
        String refused = "conditions: [{type: ReplicaFailure, status: 'True', message: 'a violates PodSecurity'}]";
        Map<String, Object> old = Tree.copy(replicaSet("app-old", "1", "2026-01-01T00:00:00Z"));
        old.put("status", Trees.tree(refused));
        state.view().replace(place("ReplicaSet"), 0, List.of(old));
        Map<String, Object> deployment = Tree.copy(deployment(2, 2, "2"));
        deployment.put("status", Trees.tree("observedGeneration: 2\n" + refused));
        state.view().put(place("Deployment"), 0, deployment);

        assertThat(stateAfter(0)).isEqualTo(Readiness.State.WAITING);

        Map<String, Object> set = Tree.copy(replicaSet("app-new", "2", "2026-01-02T00:00:00Z"));
        set.put("status", Trees.tree(refused));
        state.view().put(place("ReplicaSet"), 0, set);
        assertThat(judge(1).readiness()).isEqualTo(Readiness.failed("FailedCreate", "a violates PodSecurity"));
    }

    @Test
    void choosesThePodsOfAStatefulSetByTheirRevision() {
        Workload db = new Workload("apps/v1", "StatefulSet", "shop", "db", "", 0);
        RolloutState sets = new RolloutState(List.of(db), START, START, RolloutState.Outside.UNKNOWN);
        sets.view()
                .put(
                        place("StatefulSet"),
                        0,
                        Trees.tree("{kind: StatefulSet, metadata: {name: db, uid: s}, status: {updateRevision: r2}}"));
        for (String revision : List.of("r1", "r2")) {
            sets.view()
                    .put(
                            place("Pod"),
                            0,
                            Trees.tree(
                                    "metadata: {name: db-%s, labels: {controller-revision-hash: %s}, ownerReferences: [{controller: true, uid: s}]}"
                                            .formatted(revision, revision)));
        }

        assertThat(sets.newPods(db))
                .extracting(pod -> Tree.text(pod, "metadata", "name"))
                .containsExactly("db-r2");
    }
}
