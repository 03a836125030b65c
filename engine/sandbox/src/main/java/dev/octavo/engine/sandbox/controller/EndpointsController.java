package dev.octavo.engine.sandbox.controller;

import dev.octavo.engine.sandbox.kube.Api;
import dev.octavo.engine.sandbox.kube.ApiException;
import dev.octavo.engine.sandbox.kube.Json;
import dev.octavo.engine.sandbox.kube.Kind;
import dev.octavo.engine.sandbox.kube.Kinds;
import dev.octavo.engine.sandbox.kube.Selector;
import dev.octavo.engine.sandbox.network.PodNetwork;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Which pods are behind a Service: in its Endpoints, and in the network. */
final class EndpointsController implements Controllers.Controller {
    private final Api api;
    private final PodNetwork network;
    private final Map<String, ObjectNode> served = new LinkedHashMap<>();

    EndpointsController(Api api, PodNetwork network) {
        this.api = api;
        this.network = network;
    }

    @Override
    public void reconcile(String namespace, String name) {
        ObjectNode service = api.find(Kinds.SERVICE, namespace, name);
        if (service == null) {
            ObjectNode last = served.remove(namespace + "/" + name);
            if (last != null) {
                network.forget(namespace, name, last);
            }
            remove(Kinds.ENDPOINTS, namespace, name);
            remove(Kinds.ENDPOINT_SLICE, namespace, name);
            return;
        }
        served.put(namespace + "/" + name, service);
        if (Json.text(service, "spec", "type").equals("ExternalName")) {
            network.alias(service);
            return;
        }
        JsonNode selector = service.path("spec").path("selector");
        if (selector.isEmpty()) {
            manual(service);
            return;
        }
        boolean unready = service.path("spec").path("publishNotReadyAddresses").asBoolean(false);
        List<ObjectNode> ready = new ArrayList<>();
        List<ObjectNode> notReady = new ArrayList<>();
        for (ObjectNode pod : api.list(Kinds.POD, namespace)) {
            boolean candidate =
                    Selector.matchesMap(selector, pod.path("metadata").path("labels"))
                            && !Json.text(pod, "status", "podIP").isEmpty()
                            && Pods.isActive(pod);
            if (candidate) {
                (Pods.isReady(pod) || unready ? ready : notReady).add(pod);
            }
        }
        List<PodNetwork.PortTargets> targets = new ArrayList<>();
        for (JsonNode port : service.path("spec").path("ports")) {
            if (!Json.text(port, "protocol").equals("TCP")) {
                continue;
            }
            List<PodNetwork.Endpoint> endpoints = new ArrayList<>();
            for (ObjectNode pod : ready) {
                int number = targetPort(pod, port);
                if (number > 0) {
                    endpoints.add(new PodNetwork.Endpoint(Json.text(pod, "status", "podIP"), number));
                }
            }
            targets.add(new PodNetwork.PortTargets(
                    Json.text(port, "name"), port.path("port").asInt(0), endpoints));
        }
        network.serve(service, targets, records(service, ready));
        write(service, ready, notReady);
    }

    private void remove(Kind kind, String namespace, String name) {
        if (api.find(kind, namespace, name) != null) {
            try {
                api.removeNow(kind, namespace, name);
            } catch (ApiException e) {
                // it is gone already
            }
        }
    }

    /** The addresses of a headless Service's names: its own, and those of pods that have a host name in it. */
    private static Map<String, List<String>> records(ObjectNode service, List<ObjectNode> ready) {
        Map<String, List<String>> records = new LinkedHashMap<>();
        boolean headless = Json.text(service, "spec", "clusterIP").equals("None");
        for (ObjectNode pod : ready) {
            String address = Json.text(pod, "status", "podIP");
            if (headless) {
                records.computeIfAbsent("", any -> new ArrayList<>()).add(address);
            }
            String host = Json.text(pod, "spec", "hostname");
            if (!host.isEmpty() && Json.text(pod, "spec", "subdomain").equals(Json.name(service))) {
                records.computeIfAbsent(host, any -> new ArrayList<>()).add(address);
            }
        }
        return records;
    }

    /** A pod's port that a Service's port leads to; 0 where the pod has none of that name. */
    private static int targetPort(JsonNode pod, JsonNode port) {
        JsonNode target = port.path("targetPort");
        if (target.isNumber()) {
            return target.asInt(0);
        }
        String name = target.asString("");
        for (JsonNode container : pod.path("spec").path("containers")) {
            for (JsonNode each : container.path("ports")) {
                if (Json.text(each, "name").equals(name)) {
                    return each.path("containerPort").asInt(0);
                }
            }
        }
        try {
            return Integer.parseInt(name);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** A Service without a selector: somebody else writes its Endpoints. */
    private void manual(ObjectNode service) {
        ObjectNode endpoints = api.find(Kinds.ENDPOINTS, Json.namespace(service), Json.name(service));
        List<PodNetwork.PortTargets> targets = new ArrayList<>();
        for (JsonNode port : service.path("spec").path("ports")) {
            List<PodNetwork.Endpoint> found = new ArrayList<>();
            if (endpoints != null) {
                for (JsonNode subset : endpoints.path("subsets")) {
                    for (JsonNode address : subset.path("addresses")) {
                        for (JsonNode each : subset.path("ports")) {
                            if (Json.text(each, "name").equals(Json.text(port, "name"))) {
                                found.add(new PodNetwork.Endpoint(
                                        Json.text(address, "ip"),
                                        each.path("port").asInt(0)));
                            }
                        }
                    }
                }
            }
            targets.add(new PodNetwork.PortTargets(
                    Json.text(port, "name"), port.path("port").asInt(0), found));
        }
        network.serve(service, targets, Map.of());
    }

    private void write(ObjectNode service, List<ObjectNode> ready, List<ObjectNode> notReady) {
        String namespace = Json.namespace(service);
        String name = Json.name(service);
        ArrayNode subsets = Json.array();
        if (!ready.isEmpty() || !notReady.isEmpty()) {
            ObjectNode subset = subsets.addObject();
            addresses(subset, "addresses", ready);
            addresses(subset, "notReadyAddresses", notReady);
            subset.set("ports", ports(service, ready.isEmpty() ? notReady.get(0) : ready.get(0)));
        }
        put(Kinds.ENDPOINTS, service, namespace, name, copy -> {
            if (subsets.isEmpty()) {
                copy.remove("subsets");
            } else {
                copy.set("subsets", subsets);
            }
        });
        ArrayNode endpoints = Json.array();
        ready.forEach(pod -> endpoint(endpoints.addObject(), pod, true));
        notReady.forEach(pod -> endpoint(endpoints.addObject(), pod, false));
        ObjectNode any = ready.isEmpty() ? (notReady.isEmpty() ? null : notReady.get(0)) : ready.get(0);
        put(Kinds.ENDPOINT_SLICE, service, namespace, name, copy -> {
            copy.put("addressType", "IPv4");
            copy.withObjectProperty("metadata")
                    .withObjectProperty("labels")
                    .put("kubernetes.io/service-name", name)
                    .put("endpointslice.kubernetes.io/managed-by", "octavo-sandbox");
            copy.set("endpoints", endpoints);
            copy.set("ports", any == null ? Json.array() : ports(service, any));
        });
    }

    private static void addresses(ObjectNode subset, String field, List<ObjectNode> pods) {
        if (pods.isEmpty()) {
            return;
        }
        ArrayNode list = subset.putArray(field);
        for (ObjectNode pod : pods) {
            ObjectNode address = list.addObject().put("ip", Json.text(pod, "status", "podIP"));
            address.put("nodeName", Json.text(pod, "spec", "nodeName"));
            reference(address.putObject("targetRef"), pod);
        }
    }

    private static void endpoint(ObjectNode endpoint, ObjectNode pod, boolean ready) {
        endpoint.putArray("addresses").add(Json.text(pod, "status", "podIP"));
        endpoint.putObject("conditions")
                .put("ready", ready)
                .put("serving", ready)
                .put("terminating", false);
        endpoint.put("nodeName", Json.text(pod, "spec", "nodeName"));
        reference(endpoint.putObject("targetRef"), pod);
    }

    private static void reference(ObjectNode reference, ObjectNode pod) {
        reference
                .put("kind", "Pod")
                .put("namespace", Json.namespace(pod))
                .put("name", Json.name(pod))
                .put("uid", Json.uid(pod));
    }

    private static ArrayNode ports(ObjectNode service, ObjectNode pod) {
        ArrayNode ports = Json.array();
        for (JsonNode port : service.path("spec").path("ports")) {
            ObjectNode entry = ports.addObject();
            if (port.has("name")) {
                entry.set("name", port.path("name"));
            }
            entry.put("port", targetPort(pod, port)).put("protocol", Json.text(port, "protocol"));
        }
        return ports;
    }

    private void put(
            Kind kind,
            ObjectNode service,
            String namespace,
            String name,
            java.util.function.Consumer<ObjectNode> content) {
        @Nullable ObjectNode present = api.find(kind, namespace, name);
        if (present != null) {
            api.mutate(kind, namespace, name, content);
            return;
        }
        ObjectNode object = Json.object();
        ObjectNode metadata = object.putObject("metadata").put("name", name);
        if (service.path("metadata").has("labels")) {
            metadata.set("labels", service.path("metadata").path("labels").deepCopy());
        }
        Pods.own(object, service);
        content.accept(object);
        api.create(kind, namespace, object, Api.Write.by("octavo-sandbox"));
    }
}
