package dev.octavo.engine.preflight;

import dev.octavo.engine.cluster.RemovedApis;
import dev.octavo.engine.preflight.script.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Objects that a cluster refuses, or that serve badly; one by one, and all of a repository together. */
final class ManifestRules {
    private static final Pattern PROBE = Pattern.compile("(?m)^[ \\t]*#[# \\t]*(readinessProbe)[ \\t]*:");
    private static final Set<String> WORKLOADS = Set.of(
            "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "CronJob", "Pod");
    /** Versions whose successor has the same fields, so that the version alone can be changed. */
    private static final Set<String> SAME_FIELDS = Set.of(
            "apps/v1beta2 Deployment",
            "apps/v1beta2 StatefulSet",
            "apps/v1beta2 DaemonSet",
            "apps/v1beta2 ReplicaSet",
            "batch/v1beta1 CronJob",
            "autoscaling/v2beta2 HorizontalPodAutoscaler",
            "rbac.authorization.k8s.io/v1beta1 Role",
            "rbac.authorization.k8s.io/v1beta1 RoleBinding",
            "rbac.authorization.k8s.io/v1beta1 ClusterRole",
            "rbac.authorization.k8s.io/v1beta1 ClusterRoleBinding");

    private final Services services;
    private final Findings findings;
    private final List<NodePort> ports = new ArrayList<>();
    private final Map<String, Place> objects = new LinkedHashMap<>();

    private record NodePort(String port, String namespace, String name, SourceFile file, Span span) {
        boolean isSame(NodePort other) {
            boolean unknown = namespace.contains("$") || other.namespace.contains("$");
            return name.equals(other.name) && (unknown || namespace.equals(other.namespace));
        }
    }

    private record Place(SourceFile file, Span span) {
        String text() {
            return file.path() + ":" + file.line(span.start());
        }
    }

    ManifestRules(Services services, Findings findings) {
        this.services = services;
        this.findings = findings;
    }

    void check(Manifest manifest) {
        SourceFile file = manifest.file();
        for (YamlReader.Problem problem : manifest.problems()) {
            findings.at(Rule.MANIFEST_SYNTAX, file, problem.span())
                    .say(
                            "The file is not YAML that can be used: " + problem.message(),
                            "correct the line, or the one before it");
        }
        for (YamlNode object : manifest.objects()) {
            removed(file, object);
            strategy(file, object);
            resources(file, object);
            nodePorts(file, object);
            twice(file, object);
            otherService(file, object);
        }
        probes(manifest);
        fileName(file);
    }

    private void removed(SourceFile file, YamlNode object) {
        String version = object.text("apiVersion");
        String kind = object.text("kind");
        String successor = RemovedApis.successor(version, kind);
        YamlNode node = object.get("apiVersion");
        if (successor.isEmpty() || node == null) {
            return;
        }
        Findings.Draft draft = findings.at(Rule.REMOVED_API, file, node.span());
        String raw = file.text().substring(node.span().start(), node.span().end());
        if (SAME_FIELDS.contains(version + " " + kind) && raw.equals(version)) {
            draft.edit(node.span().start(), node.span().end(), successor);
        }
        draft.say(
                version + " was removed from Kubernetes",
                "write apiVersion: " + successor
                        + (kind.equals("Ingress") ? ", with pathType and backend.service" : ""));
    }

    private void strategy(SourceFile file, YamlNode object) {
        YamlNode unavailable = object.at("spec", "strategy", "rollingUpdate", "maxUnavailable");
        if (object.text("kind").equals("Deployment")
                && unavailable != null
                && unavailable.value().equals("100%")) {
            findings.at(Rule.ALL_UNAVAILABLE, file, unavailable.span())
                    .say(
                            "maxUnavailable is 100%",
                            "write maxUnavailable: 0 and maxSurge: 1, so that the old pods serve until the new ones"
                                    + " can");
        }
    }

    private void resources(SourceFile file, YamlNode object) {
        if (!WORKLOADS.contains(object.text("kind"))) {
            return;
        }
        for (YamlNode pod : Manifest.podSpecs(object)) {
            for (YamlNode container : pod.list("containers")) {
                YamlNode resources = container.get("resources");
                if (container.get("image") == null
                        || (resources != null && !resources.entries().isEmpty())) {
                    continue;
                }
                YamlNode name = container.get("name");
                Span span = resources != null && !resources.value().isEmpty()
                        ? resources.span()
                        : name == null
                                ? new Span(
                                        container.span().start(),
                                        container.span().start() + 1)
                                : name.span();
                findings.at(Rule.NO_RESOURCES, file, span)
                        .say(
                                "The container " + (name == null ? "" : name.value() + " ") + "has no resources",
                                "give it requests for cpu and memory, and a limit for memory");
            }
        }
    }

    private void probes(Manifest manifest) {
        Matcher matcher = PROBE.matcher(manifest.file().text());
        while (matcher.find()) {
            int at = matcher.start(1);
            YamlNode object = around(manifest, at);
            boolean missing = object != null
                    && Manifest.podSpecs(object).stream()
                            .flatMap(pod -> pod.list("containers").stream())
                            .anyMatch(container -> container.get("readinessProbe") == null);
            if (missing) {
                findings.at(Rule.PROBE_COMMENTED_OUT, manifest.file(), at, matcher.end(1))
                        .say(
                                "The readiness probe is commented out",
                                "take the comment away, or write a probe that fits");
            }
        }
    }

    private static @Nullable YamlNode around(Manifest manifest, int at) {
        YamlNode last = null;
        for (YamlNode object : manifest.objects()) {
            if (object.span().start() <= at) {
                last = object;
            }
        }
        return last;
    }

    // -------------------------------------------------------------------------------------------- one beside another

    private void nodePorts(SourceFile file, YamlNode object) {
        if (!object.text("kind").equals("Service")) {
            return;
        }
        for (YamlNode port : object.list("spec", "ports")) {
            YamlNode node = port.get("nodePort");
            if (node == null || !node.value().matches("\\d+")) {
                continue;
            }
            NodePort own = new NodePort(
                    node.value(),
                    object.text("metadata", "namespace"),
                    object.text("metadata", "name"),
                    file,
                    node.span());
            for (NodePort other : ports) {
                if (other.port().equals(own.port()) && !other.isSame(own)) {
                    boolean together = RepositoryFiles.parent(file.path())
                            .equals(RepositoryFiles.parent(other.file().path()));
                    findings.at(Rule.NODE_PORT_CLASH, file, node.span())
                            .severity(together ? Severity.ERROR : Severity.WARNING)
                            .say(
                                    "The node port " + own.port() + " is that of Service/" + other.name() + " in "
                                            + new Place(other.file(), other.span()).text() + " too",
                                    "choose another, or leave nodePort out so that the cluster chooses");
                    break;
                }
            }
            ports.add(own);
        }
    }

    private void twice(SourceFile file, YamlNode object) {
        YamlNode name = object.at("metadata", "name");
        String namespace = object.text("metadata", "namespace");
        if (name == null
                || name.value().contains("$")
                || namespace.contains("$")
                || object.text("kind").equals("Namespace")) {
            return;
        }
        String key = object.text("kind") + "/" + name.value() + " in " + namespace;
        Place known = objects.putIfAbsent(key, new Place(file, name.span()));
        if (known == null) {
            return;
        }
        String own = services.of(file.path());
        String other = services.of(known.file().path());
        boolean sameFile = known.file().path().equals(file.path());
        if (sameFile || (!own.isEmpty() && !other.isEmpty() && !own.equals(other))) {
            findings.at(Rule.SAME_OBJECT, file, name.span())
                    .say(
                            object.text("kind") + "/" + name.value() + " is in " + known.text() + " too",
                            "give one of them its own name");
        }
    }

    private void otherService(SourceFile file, YamlNode object) {
        YamlNode name = object.at("metadata", "name");
        String own = services.of(file.path());
        if (name == null || own.isEmpty() || !WORKLOADS.contains(object.text("kind"))) {
            return;
        }
        if (!name.value().equals(own)
                && services.names().contains(name.value())
                && !services.isInside(name.value(), file.path())) {
            findings.at(Rule.OTHER_SERVICE, file, name.span())
                    .severity(Severity.ERROR)
                    .meant(List.of(own))
                    .say("A manifest of " + own + " deploys " + name.value(), "write " + own);
        }
    }

    private void fileName(SourceFile file) {
        String own = services.of(file.path());
        String name = RepositoryFiles.name(file.path());
        if (own.isEmpty() || name.startsWith(own)) {
            return;
        }
        for (String other : services.names()) {
            if (name.matches("\\Q" + other + "\\E(?:[-_.].*)?")
                    && !other.equals(own)
                    && other.length() > 3
                    && !own.startsWith(other)) {
                findings.ofFile(
                        Rule.OTHER_SERVICE,
                        file.path(),
                        "A manifest of " + own + " has the name of " + other,
                        "call it " + own + name.substring(other.length()));
                return;
            }
        }
    }
}
