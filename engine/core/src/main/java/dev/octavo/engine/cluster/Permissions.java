package dev.octavo.engine.cluster;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.cluster.Need.Level;
import dev.octavo.engine.cluster.PlannedObject.Change;
import dev.octavo.engine.cluster.Prepared.Item;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Finds what the credentials may not do of what a deployment needs, before anything is written. One question for each
 * namespace answers nearly all; what it does not answer is asked by kind, and by name only where the answer is no.
 */
final class Permissions {
    private static final String REVIEWS = "/apis/authorization.k8s.io/v1/";
    /** An answer with more lines is read by nobody. */
    private static final int SHOWN = 20;

    private static final List<String> WATCH = List.of("list", "watch");
    private static final String EXPLAIN = "to explain a failure";
    private static final String AWAIT = "to wait until it is ready";
    private static final String SLICES = "endpointslices";
    private static final String ENDPOINTS = "endpoints";

    private final ClusterClient client;
    private final List<Need> needs = new ArrayList<>();
    private final Map<String, Rules> rules = new ConcurrentHashMap<>();

    Permissions(ClusterClient client) {
        this.client = client;
    }

    /** What the server knows by heart of what may be done in a namespace. */
    private record Rules(List<Map<String, Object>> rules, boolean complete) {}

    // --------------------------------------------------------------------------------------------------------- needs

    Permissions need(Need need) {
        needs.add(need);
        return this;
    }

    /** What has to be done for the objects of a plan. */
    Permissions needFor(List<Item> items, boolean watched) {
        for (Item item : items) {
            if (!item.served()) {
                continue; // nobody can be asked about a kind that is not there yet
            }
            add(item, "get");
            if (item.write()) {
                add(item, "patch");
            }
            if (item.change() == Change.CREATE || item.change() == Change.RECREATE) {
                add(item, "create");
            }
            if (item.change() == Change.RECREATE) {
                add(item, "delete");
                WATCH.forEach(verb -> add(item, verb));
            }
            if (watched) {
                needToWatch(item);
            }
        }
        return this;
    }

    /** What keeping releases and locking takes, where the release is kept. */
    Permissions needForReleases(String namespace) {
        for (String verb : List.of("list", "get", "create", "patch", "delete")) {
            needs.add(new Need(verb, "", "secrets", namespace, "", "to keep releases", Level.NEEDED));
        }
        for (String verb : List.of("get", "create", "update")) {
            needs.add(new Need(
                    verb, "coordination.k8s.io", "leases", namespace, "", "to deploy one at a time", Level.NEEDED));
        }
        return this;
    }

    private void needToWatch(Item item) {
        ManifestObject object = item.object();
        if (isWatched(object)) {
            WATCH.forEach(verb -> add(item, verb));
            needToExplain(object.namespace());
        } else if (RolloutTargets.watched(object.apiVersion(), object.kind(), object.content())) {
            useful(
                    WATCH,
                    object.group(),
                    item.type().plural(),
                    item.type().namespaced() ? object.namespace() : "",
                    AWAIT);
        }
        if (object.kind().equals("Deployment")) {
            useful(WATCH, "apps", "replicasets", object.namespace(), EXPLAIN);
        } else if (object.kind().equals("Service") && object.group().isEmpty()) {
            useful(WATCH, "discovery.k8s.io", SLICES, object.namespace(), EXPLAIN);
            useful(WATCH, "", ENDPOINTS, object.namespace(), EXPLAIN);
        }
    }

    private static boolean isWatched(ManifestObject object) {
        return object.kind().equals("CustomResourceDefinition")
                || RolloutTargets.runsPods(Place.of(object.apiVersion(), object.kind(), ""));
    }

    private void add(Item item, String verb) {
        ManifestObject object = item.object();
        needs.add(new Need(
                verb,
                object.group(),
                item.type().plural(),
                item.type().namespaced() ? object.namespace() : "",
                object.name(),
                object.title(),
                Level.NEEDED));
    }

    private void needToExplain(String namespace) {
        if (namespace.isEmpty()) {
            return;
        }
        useful(WATCH, "", "pods", namespace, EXPLAIN);
        useful(WATCH, "", "events", namespace, EXPLAIN);
        useful(List.of("get"), "", "pods/log", namespace, EXPLAIN);
    }

    private void useful(List<String> verbs, String group, String resource, String namespace, String reason) {
        verbs.forEach(verb -> needs.add(new Need(verb, group, resource, namespace, "", reason, Level.USEFUL)));
    }

    // --------------------------------------------------------------------------------------------------------- check

    /** What of it may not be done. */
    Missing missing() {
        Set<String> namespaces = needs.stream()
                .map(Need::namespace)
                .filter(namespace -> !namespace.isEmpty())
                .collect(Collectors.toCollection(LinkedHashSet::new));
        List<Rules> unused = client.each(new ArrayList<>(namespaces), this::rules);
        Map<String, Need> open = new LinkedHashMap<>();
        for (Need need : needs) {
            if (!isAllowedByRule(need)) {
                open.putIfAbsent(need.key() + " " + need.name(), need);
            }
        }
        Map<String, Need> questions = new LinkedHashMap<>();
        open.values().stream().filter(this::isOpen).forEach(need -> questions.putIfAbsent(need.key(), need));
        List<Need> asked = new ArrayList<>(questions.values());
        List<Boolean> answers = client.each(asked, need -> ask(need, false));
        Map<String, Boolean> general = new HashMap<>();
        for (int i = 0; i < asked.size(); i++) {
            general.put(asked.get(i).key(), answers.get(i));
        }
        List<Need> candidates = open.values().stream()
                .filter(need -> !general.getOrDefault(need.key(), false))
                .toList();
        List<Boolean> allowed =
                client.each(candidates, need -> isOpen(need) && !need.name().isEmpty() && ask(need, true));
        List<Need> missing = new ArrayList<>();
        for (int i = 0; i < candidates.size(); i++) {
            if (!allowed.get(i)) {
                missing.add(candidates.get(i));
            }
        }
        return new Missing(client, withoutAlternatives(missing));
    }

    /** The addresses of a Service are in two kinds, either of which will do. */
    private static List<Need> withoutAlternatives(List<Need> missing) {
        Set<String> none = missing.stream()
                .filter(need -> need.resource().equals(ENDPOINTS))
                .map(Need::namespace)
                .collect(Collectors.toSet());
        return missing.stream()
                .filter(need -> !need.resource().equals(ENDPOINTS) || need.level() == Level.NEEDED)
                .filter(need -> !need.resource().equals(SLICES)
                        || need.level() == Level.NEEDED
                        || none.contains(need.namespace()))
                .toList();
    }

    private Rules rules(String namespace) {
        return rules.computeIfAbsent(namespace, this::readRules);
    }

    private Rules readRules(String namespace) {
        Answer answer = client.post(
                REVIEWS + "selfsubjectrulesreviews",
                Map.of(
                        "apiVersion",
                        "authorization.k8s.io/v1",
                        "kind",
                        "SelfSubjectRulesReview",
                        "spec",
                        Map.of("namespace", namespace)),
                false);
        boolean complete = answer.ok()
                && Tree.at(answer.body(), "status", "incomplete") != null
                && !Tree.isTrue(answer.body(), "status", "incomplete");
        return new Rules(Tree.maps(answer.body(), "status", "resourceRules"), complete);
    }

    /** In a namespace: its rules are also those of the cluster. For kinds without namespaces they would say too much. */
    private boolean isAllowedByRule(Need need) {
        return !need.namespace().isEmpty()
                && rules(need.namespace()).rules().stream().anyMatch(need::isAllowedBy);
    }

    /** Whether the rules leave it open. */
    private boolean isOpen(Need need) {
        return need.namespace().isEmpty() || !rules(need.namespace()).complete();
    }

    /** One that cannot be asked is taken to be allowed: the dry run tells. */
    private boolean ask(Need need, boolean named) {
        Answer answer = client.post(REVIEWS + "selfsubjectaccessreviews", need.question(named), false);
        return !answer.ok() || Tree.isTrue(answer.body(), "status", "allowed");
    }

    // -------------------------------------------------------------------------------------------------------- result

    /** What may not be done. */
    record Missing(ClusterClient client, List<Need> needs) {
        /** @throws EngineException {@link ErrorCode#CLUSTER_UNAUTHORIZED} where something is needed, with all of it */
        void refuse() {
            if (needs.stream().noneMatch(need -> need.level() == Level.NEEDED)) {
                return;
            }
            throw new EngineException(
                    ErrorCode.CLUSTER_UNAUTHORIZED,
                    "The credentials do not permit this deployment, and nothing was written",
                    client.server() + " (context " + client.contextName() + ")",
                    lines(needs),
                    "have an administrator grant this, bound to the user of the kubeconfig:\n" + roles(needs));
        }

        /** Sentences about what can be done without. */
        List<String> warnings() {
            List<Need> useful =
                    needs.stream().filter(need -> need.level() == Level.USEFUL).toList();
            return useful.isEmpty()
                    ? List.of()
                    : List.of("the rollout will be watched and explained with less, since the credentials may not "
                            + lines(useful).replace("\n", "; "));
        }

        private static String lines(List<Need> needs) {
            Map<String, Set<String>> verbs = new LinkedHashMap<>();
            Map<String, Set<String>> reasons = new LinkedHashMap<>();
            for (Need need : needs) {
                String what = resource(need) + (need.namespace().isEmpty() ? "" : " in " + need.namespace());
                verbs.computeIfAbsent(what, key -> new TreeSet<>()).add(need.verb());
                reasons.computeIfAbsent(what, key -> new LinkedHashSet<>()).add(need.reason());
            }
            List<String> lines = new ArrayList<>();
            verbs.forEach((what, which) -> lines.add(String.join(", ", which) + " " + what + " ("
                    + shortened(reasons.getOrDefault(what, Set.of())) + ")"));
            int more = lines.size() - SHOWN;
            return String.join("\n", lines.subList(0, Math.min(SHOWN, lines.size())))
                    + (more > 0 ? "\nand " + more + " more" : "");
        }

        private static String shortened(Set<String> reasons) {
            int more = reasons.size() - 3;
            String first = reasons.stream().limit(3).collect(Collectors.joining(", "));
            return first + (more > 0 ? " and " + more + " more" : "");
        }

        private static String resource(Need need) {
            return need.resource() + (need.group().isEmpty() ? "" : "." + need.group());
        }

        /** Roles that would do. */
        private static String roles(List<Need> needs) {
            Map<String, Map<String, Set<String>>> byNamespace = new TreeMap<>();
            for (Need need : needs) {
                byNamespace
                        .computeIfAbsent(need.namespace(), key -> new TreeMap<>())
                        .computeIfAbsent(need.group() + " " + need.resource(), key -> new TreeSet<>())
                        .add(need.verb());
            }
            List<String> roles = new ArrayList<>();
            byNamespace.forEach((namespace, rules) -> roles.add(role(namespace, rules)));
            return String.join("\n---\n", roles);
        }

        private static String role(String namespace, Map<String, Set<String>> rules) {
            StringBuilder role = new StringBuilder("apiVersion: rbac.authorization.k8s.io/v1\nkind: ")
                    .append(namespace.isEmpty() ? "ClusterRole" : "Role")
                    .append("\nmetadata: {name: octavo-deploy")
                    .append(namespace.isEmpty() ? "" : ", namespace: " + namespace)
                    .append("}\nrules:");
            rules.forEach((kind, verbs) -> role.append("\n- {apiGroups: [\"")
                    .append(kind, 0, kind.indexOf(' '))
                    .append("\"], resources: [")
                    .append(kind.substring(kind.indexOf(' ') + 1))
                    .append("], verbs: [")
                    .append(String.join(", ", verbs))
                    .append("]}"));
            return role.toString();
        }
    }
}
