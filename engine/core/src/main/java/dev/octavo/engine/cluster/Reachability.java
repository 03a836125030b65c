package dev.octavo.engine.cluster;

import dev.octavo.engine.cluster.RolloutState.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Whether what stands before pods leads to them: Services and their endpoints, load balancers, Ingresses. */
final class Reachability {
    /** How long endpoints may take once the pods are ready. */
    static final Duration ENDPOINTS_GRACE = Duration.ofSeconds(5);
    /** How long a load balancer may take; clouds need a minute or two. */
    static final Duration BALANCER_LIMIT = Duration.ofMinutes(3);
    /** How long the address of an Ingress may take, where others of its class have one. */
    static final Duration INGRESS_GRACE = Duration.ofSeconds(30);

    private static final String SERVICE_LABEL = "kubernetes.io/service-name";

    private final ClusterView view;
    private final Timers timers;

    Reachability(ClusterView view, Timers timers) {
        this.view = view;
        this.timers = timers;
    }

    /**
     * @param old whether it was there before this deployment
     * @param podsReady whether all that runs pods is ready
     */
    Readiness service(Workload workload, Map<String, Object> service, boolean old, boolean podsReady, Instant now) {
        String type = Tree.text(service, "spec", "type");
        if (type.equals("ExternalName")) {
            return Readiness.ready("a name for " + Tree.text(service, "spec", "externalName"));
        }
        Readiness endpoints = endpoints(workload, service, podsReady, now);
        String balancer = "balancer of " + workload.key();
        if (!type.equals("LoadBalancer") || hasAddress(service)) {
            timers.clear(balancer);
            return endpoints;
        }
        if (!endpoints.isReady()) {
            return endpoints;
        }
        String message = "no load balancer has given it an address";
        if (old) {
            return Readiness.notable("LoadBalancerPending", message + ", also before this deployment");
        }
        return timers.passed(balancer, BALANCER_LIMIT, now)
                ? Readiness.failed("LoadBalancerPending", message + " within " + BALANCER_LIMIT.toSeconds() + " s")
                : Readiness.waiting(message + " yet");
    }

    private Readiness endpoints(Workload workload, Map<String, Object> service, boolean podsReady, Instant now) {
        Map<String, Object> selector = Tree.map(service, "spec", "selector");
        if (selector.isEmpty()) {
            return Readiness.ready("its endpoints are made by others");
        }
        Place slices = new Place("discovery.k8s.io", "EndpointSlice", workload.namespace());
        Place plain = new Place("", "Endpoints", workload.namespace());
        if (view.hidden(slices) && view.hidden(plain)) {
            return Readiness.ready("its endpoints may not be seen");
        }
        if (!view.listed(slices) && !view.listed(plain)) {
            return Readiness.waiting("");
        }
        int count = view.listed(slices) ? sliced(slices, workload.name()) : plain(plain, workload.name());
        String empty = "endpoints of " + workload.key();
        if (count > 0) {
            timers.clear(empty);
            return Readiness.ready(count + (count == 1 ? " endpoint" : " endpoints"));
        }
        if (!podsReady) {
            timers.clear(empty);
            return Readiness.waiting("no pod behind it is ready yet");
        }
        return timers.passed(empty, ENDPOINTS_GRACE, now)
                ? Readiness.notable(
                        "NoEndpoints",
                        "all pods of the deployment are ready, and none is behind it: it selects pods with "
                                + Json.text(selector))
                : Readiness.waiting("no pod behind it is ready yet");
    }

    private int sliced(Place slices, String service) {
        int count = 0;
        for (Map<String, Object> slice : view.all(slices)) {
            if (Tree.text(slice, "metadata", "labels", SERVICE_LABEL).equals(service)) {
                for (Map<String, Object> endpoint : Tree.maps(slice, "endpoints")) {
                    // one that does not tell is to be taken as ready
                    count += Boolean.FALSE.equals(Tree.at(endpoint, "conditions", "ready")) ? 0 : 1;
                }
            }
        }
        return count;
    }

    private int plain(Place endpoints, String service) {
        int count = 0;
        for (Map<String, Object> subset : Tree.maps(view.find(endpoints, service), "subsets")) {
            count += Tree.list(subset, "addresses").size();
        }
        return count;
    }

    /** Many Ingress controllers never write an address, so only where one does for others it is waited for. */
    Readiness ingress(Workload workload, Map<String, Object> ingress, boolean old, Instant now) {
        String pending = "address of " + workload.key();
        if (hasAddress(ingress)) {
            timers.clear(pending);
            return Readiness.ready("at " + address(ingress));
        }
        String ownClass = ingressClass(ingress);
        boolean others = view.all(workload.place()).stream()
                .anyMatch(other -> ingressClass(other).equals(ownClass) && hasAddress(other));
        if (others && !old && !timers.passed(pending, INGRESS_GRACE, now)) {
            return Readiness.waiting("its controller has not given it an address yet");
        }
        return others
                ? Readiness.notable("NoAddress", "its controller gives others an address, and has given it none")
                : Readiness.ready("no controller has given it an address; many never do");
    }

    private static String ingressClass(Map<String, Object> ingress) {
        String name = Tree.text(ingress, "spec", "ingressClassName");
        return name.isEmpty() ? Tree.text(ingress, "metadata", "annotations", "kubernetes.io/ingress.class") : name;
    }

    private static boolean hasAddress(Map<String, Object> object) {
        return !address(object).isEmpty();
    }

    private static String address(Map<String, Object> object) {
        List<Map<String, Object>> points = Tree.maps(object, "status", "loadBalancer", "ingress");
        for (Map<String, Object> point : points) {
            String ip = Tree.text(point, "ip");
            String address = ip.isEmpty() ? Tree.text(point, "hostname") : ip;
            if (!address.isEmpty()) {
                return address;
            }
        }
        return "";
    }
}
