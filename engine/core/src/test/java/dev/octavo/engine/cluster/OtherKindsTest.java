package dev.octavo.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.cluster.Readiness.State;
import dev.octavo.engine.cluster.RolloutState.Outside;
import dev.octavo.engine.cluster.RolloutState.Verdict;
import dev.octavo.engine.cluster.RolloutState.Workload;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Objects that run no pods themselves. */
class OtherKindsTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static RolloutState state(Workload... workloads) {
        return new RolloutState(List.of(workloads), START, START, Outside.UNKNOWN);
    }

    private static Workload workload(String apiVersion, String kind) {
        return new Workload(apiVersion, kind, "shop", "x", "", 0);
    }

    private static void put(RolloutState state, Workload workload, String object) {
        Map<String, Object> tree = Trees.tree(object);
        tree.put("kind", workload.kind());
        state.view().put(workload.place(), 0, tree);
    }

    private static Readiness judge(RolloutState state, long seconds) {
        List<Verdict> verdicts = state.judge(START.plusSeconds(seconds));
        return verdicts.get(0).readiness();
    }

    @ParameterizedTest(name = "[{index}] {1}: {4}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            batch/v1                | CronJob                  | `spec: {schedule: "0 3 * * *"}`                   | READY   | scheduled at 0 3 * * *
            batch/v1beta1           | CronJob                  | `spec: {suspend: true}`                           | READY   | it is suspended, so nothing runs
            v1                      | PersistentVolumeClaim    | `status: {phase: Bound}`                          | READY   | bound
            v1                      | PersistentVolumeClaim    | `status: {phase: Pending}`                        | WAITING | Pending
            v1                      | PersistentVolumeClaim    | `status: {phase: Lost}`                           | FAILED  | the volume that it was bound to is gone
            autoscaling/v2          | HorizontalPodAutoscaler  | `status: {conditions: [{type: ScalingActive, status: "False", reason: FailedGetResourceMetric, message: no metrics}]}` | READY | no metrics
            policy/v1               | PodDisruptionBudget      | `status: {observedGeneration: 1}`                 | WAITING | its controller has not seen the change yet
            policy/v1beta1          | PodDisruptionBudget      | `status: {observedGeneration: 2, disruptionsAllowed: 1}` | READY | 1 disruptions allowed
            apiextensions.k8s.io/v1 | CustomResourceDefinition | `status: {conditions: [{type: Established, status: "True"}]}` | READY | established
            apiextensions.k8s.io/v1 | CustomResourceDefinition | `status: {conditions: [{type: NamesAccepted, status: "False", reason: ListKindConflict, message: taken}]}` | FAILED | taken
            shop.example/v1         | Service                  | `status: {conditions: [{type: Ready, status: "True"}]}` | READY | ready
            shop.example/v1         | Database                 | `status: {conditions: [{type: Ready, status: "False", reason: Creating, message: soon}]}` | WAITING | Creating: soon
            shop.example/v1         | Database                 | `status: {conditions: [{type: Ready, status: "True", observedGeneration: 1}]}` | WAITING | its controller has not seen the change yet
            shop.example/v1         | Database                 | `status: {observedGeneration: 1}`                 | WAITING | its controller has not seen the change yet
            shop.example/v1         | Database                 | `status: {conditions: [{type: Reconciling, status: "True", message: busy}]}` | WAITING | busy
            shop.example/v1         | Database                 | `status: {conditions: [{type: Stalled, status: "True", reason: NoSuchPlan, message: plan x}]}` | FAILED | plan x
            shop.example/v1         | Database                 | `status: {phase: Whatever}`                       | READY   | ``
            """)
    void areJudgedByWhatTheySay(String apiVersion, String kind, String object, State expected, String message) {
        Workload workload = workload(apiVersion, kind);
        RolloutState state = state(workload);
        put(state, workload, "metadata: {name: x, generation: 2}\n" + object);

        assertThat(judge(state, 0).state()).isEqualTo(expected);
        assertThat(judge(state, 0).message()).isEqualTo(message == null ? "" : message);
    }

    @Test
    void areNotReadyBeforeTheirControllerHadTimeToSpeak() {
        Workload database = workload("shop.example/v1", "Database");
        RolloutState state = state(database);
        put(state, database, "metadata: {name: x, creationTimestamp: '2026-01-01T00:00:01Z'}");

        assertThat(judge(state, 1).state()).isEqualTo(State.WAITING);
        assertThat(judge(state, 3).state()).isEqualTo(State.READY);
    }

    @Test
    void areToldToBeHeldByTheirFinalizers() {
        Workload database = workload("shop.example/v1", "Database");
        RolloutState state = state(database);
        put(
                state,
                database,
                "metadata: {name: x, deletionTimestamp: '2026-01-01T00:00:01Z', finalizers: [shop.example/keep]}");

        assertThat(judge(state, 1).message()).contains("held by the finalizers shop.example/keep");
    }

    @Nested
    class AService {
        private final Workload service = workload("v1", "Service");
        private final Workload pod = new Workload("v1", "Pod", "shop", "p", "", 0);
        private final RolloutState state = state(service, pod);
        private final Place slices = new Place("discovery.k8s.io", "EndpointSlice", "shop");

        private void pod(String ready) {
            put(
                    state,
                    pod,
                    "metadata: {name: p}\nstatus: {conditions: [{type: Ready, status: '%s'}]}".formatted(ready));
        }

        private void slice(String endpoints) {
            state.view().replace(slices, 1, List.of());
            state.view()
                    .put(
                            slices,
                            1,
                            Trees.tree("metadata: {name: x-1, labels: {kubernetes.io/service-name: x}}\nendpoints: "
                                    + endpoints));
        }

        @Test
        void isReadyWithItsFirstEndpoint() {
            put(state, service, "metadata: {name: x}\nspec: {selector: {app: x}}");
            pod("True");
            assertThat(judge(state, 0).state()).isEqualTo(State.WAITING);
            slice("[{conditions: {ready: false}}]");
            assertThat(judge(state, 0).state()).isEqualTo(State.WAITING);
            slice("[{conditions: {ready: true}}, {}]");
            assertThat(judge(state, 0)).isEqualTo(Readiness.ready("2 endpoints"));
        }

        @Test
        void isToldToHaveNoEndpointsWhereAllPodsAreReady() {
            put(state, service, "metadata: {name: x}\nspec: {selector: {app: y}}");
            slice("[]");
            pod("False");
            assertThat(judge(state, 60).state()).isEqualTo(State.WAITING);
            pod("True");
            assertThat(judge(state, 60).state()).isEqualTo(State.WAITING);
            assertThat(judge(state, 65).reason()).isEqualTo("NoEndpoints");
            assertThat(judge(state, 65).isReady()).isTrue();
        }

        @Test
        void withoutSelectorOrOfAnotherPlaceIsReady() {
            put(state, service, "metadata: {name: x}\nspec: {}");
            assertThat(judge(state, 0).state()).isEqualTo(State.READY);
            put(state, service, "metadata: {name: x}\nspec: {type: ExternalName, externalName: db.example}");
            assertThat(judge(state, 0).message()).isEqualTo("a name for db.example");
        }

        @Test
        void waitsForItsLoadBalancerNotForEver() {
            slice("[{}]");
            put(state, service, "metadata: {name: x}\nspec: {type: LoadBalancer, selector: {app: x}}");
            assertThat(judge(state, 0).state()).isEqualTo(State.WAITING);
            assertThat(judge(state, 180).reason()).isEqualTo("LoadBalancerPending");
            assertThat(judge(state, 180).state()).isEqualTo(State.FAILED);
            put(
                    state,
                    service,
                    "metadata: {name: x}\nspec: {type: LoadBalancer, selector: {app: x}}\nstatus: {loadBalancer: {ingress: [{ip: 10.0.0.1}]}}");
            assertThat(judge(state, 181).state()).isEqualTo(State.READY);
        }

        @Test
        void thatNeverHadALoadBalancerFailsNoFurtherDeployment() {
            slice("[{}]");
            put(
                    state,
                    service,
                    "metadata: {name: x, creationTimestamp: '2025-12-01T00:00:00Z'}\nspec: {type: LoadBalancer, selector: {app: x}}");

            assertThat(judge(state, 0).isReady()).isTrue();
            assertThat(judge(state, 0).reason()).isEqualTo("LoadBalancerPending");
        }

        @Test
        void isReadyWhereItsEndpointsMayNotBeSeen() {
            put(state, service, "metadata: {name: x}\nspec: {selector: {app: x}}");
            state.view().hide(slices);
            state.view().hide(new Place("", "Endpoints", "shop"));

            assertThat(judge(state, 0).state()).isEqualTo(State.READY);
        }
    }

    @Nested
    class AnIngress {
        private final Workload ingress = workload("networking.k8s.io/v1", "Ingress");
        private final RolloutState state = state(ingress);

        @Test
        void isReadyWhereNoControllerGivesAddresses() {
            put(state, ingress, "metadata: {name: x}\nspec: {ingressClassName: nginx}");

            assertThat(judge(state, 0).state()).isEqualTo(State.READY);
            assertThat(judge(state, 0).message()).contains("no controller has given it an address");
        }

        @Test
        void waitsAWhileWhereOthersOfItsClassHaveAnAddress() {
            put(state, ingress, "metadata: {name: x}\nspec: {ingressClassName: nginx}");
            state.view()
                    .put(
                            ingress.place(),
                            0,
                            Trees.tree(
                                    "metadata: {name: other}\nspec: {ingressClassName: nginx}\nstatus: {loadBalancer: {ingress: [{hostname: lb}]}}"));

            assertThat(judge(state, 0).state()).isEqualTo(State.WAITING);
            assertThat(judge(state, 30))
                    .isEqualTo(Readiness.notable("NoAddress", judge(state, 30).message()));
        }
    }

    @Test
    void aClaimMayWaitForItsFirstPod() {
        Workload claim = workload("v1", "PersistentVolumeClaim");
        RolloutState state = new RolloutState(List.of(claim), START, START, new Outside() {
            @Override
            public boolean waitsForFirstPod(String storageClass) {
                return storageClass.equals("local");
            }

            @Override
            public boolean nodesAreComing(Map<String, Object> pod) {
                return false;
            }
        });
        put(state, claim, "metadata: {name: x}\nspec: {storageClassName: local}\nstatus: {phase: Pending}");

        assertThat(judge(state, 0).state()).isEqualTo(State.WAITING);
        assertThat(judge(state, 5).message()).isEqualTo("its volume is made for the first pod that uses it");
    }
}
