package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.blueprint.DeliveryFile;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.catalog.ServiceOrder;
import dev.octavo.engine.cluster.ApplyOptions;
import dev.octavo.engine.cluster.ClusterTarget;
import dev.octavo.engine.cluster.DeploySpec;
import dev.octavo.engine.cluster.Plan;
import dev.octavo.engine.cluster.Planner;
import dev.octavo.engine.cluster.Release;
import dev.octavo.engine.cluster.ReleaseOptions;
import dev.octavo.engine.cluster.TagDigests;
import dev.octavo.engine.image.RegistryTags;
import dev.octavo.engine.quality.BuildResult;
import dev.octavo.engine.quality.QualityResult;
import dev.octavo.engine.record.RunRecord;
import dev.octavo.engine.template.Dialect;
import dev.octavo.engine.template.Substitution;
import dev.octavo.engine.template.Variable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What plan and deploy have in common: the run's microservices as they go to one environment. */
final class Deployment {
    /** Variables with such names are never shown. */
    private static final Pattern SECRET_NAME =
            Pattern.compile("PASSWORD|PASSWD|PSW$|SECRET|TOKEN|CREDENTIAL|PRIVATE|API_?KEY", Pattern.CASE_INSENSITIVE);

    private static final int PLANS_AT_ONCE = 4;

    private static final String NAMESPACE = "NAMESPACE";

    private final PlanRequest request;
    private final RunRecord record;
    private final EngineContext context;
    private final SourceResult source;

    Deployment(PlanRequest request, RunRecord record, EngineContext context) {
        this(request, record, SourceOperation.of(record), context);
    }

    /** @param source the commit, where no stage 1 has pinned one */
    Deployment(PlanRequest request, RunRecord record, SourceResult source, EngineContext context) {
        this.request = request;
        this.record = record;
        this.context = context;
        this.source = source;
    }

    /** Where images of a microservice are. */
    private Target target(Microservice service) {
        return Target.of(request.registry(), request.namespace(), List.of(service), context);
    }

    /** One microservice with its manifests. */
    record Part(Microservice service, DeploySpec spec) {
        /** The same microservice, deployed otherwise. */
        Part with(DeploySpec other) {
            return new Part(service, other);
        }
    }

    List<Part> parts(Duration timeout) {
        return parts(Chosen.services(record, request.service()), timeout);
    }

    List<Part> parts(List<Microservice> services, Duration timeout) {
        List<Part> parts = new ArrayList<>();
        for (Microservice service : services) {
            parts.add(new Part(service, spec(service, timeout)));
        }
        return parts;
    }

    /** Plans several at once, in the order in which they are given. */
    static Map<String, Plan> plans(Collection<Part> parts, EngineContext context) {
        Map<String, Part> named = new LinkedHashMap<>();
        Map<String, Set<String>> order = new LinkedHashMap<>();
        for (Part part : parts) {
            named.put(part.service().name(), part);
            order.put(part.service().name(), Set.of());
        }
        Map<String, Plan> plans = new LinkedHashMap<>();
        for (InOrder.Outcome<Plan> outcome : InOrder.run(
                new ServiceOrder(order, List.of()),
                PLANS_AT_ONCE,
                context.cancellation()::isRequested,
                name -> Planner.plan(Objects.requireNonNull(named.get(name)).spec(), context),
                outcome -> {})) {
            EngineException failure = outcome.failure();
            if (failure != null) {
                throw failure;
            }
            Plan plan = outcome.value();
            if (plan == null) {
                context.cancellation().check();
            } else {
                plans.put(outcome.service(), plan);
            }
        }
        return plans;
    }

    private DeploySpec spec(Microservice service, Duration timeout) {
        Map<String, String> digests = new LinkedHashMap<>();
        record.get(service.name(), PushOperation.PART, PushResult.Pushed.class)
                .ifPresent(pushed -> digests.put(pushed.repository(), pushed.digest()));
        ClusterTarget cluster = Clusters.target(request.kubeconfig(), request.context(), context);
        DeploySpec spec = DeploySpec.of(cluster, request.environment(), context.workspace(), manifests(service))
                .withSubstitution(substitution(service))
                .withDigests(digests)
                .withTagDigests(this::tagDigests)
                .withTimeout(timeout)
                .releasing(ReleaseOptions.of(service.name()).pruning(request.prune(), Set.copyOf(request.pruneAlso())))
                .applying(new ApplyOptions(request.forceConflicts(), Set.copyOf(request.recreate())));
        return request.clusterNamespace().isEmpty() ? spec : spec.inNamespace(request.clusterNamespace());
    }

    private TagDigests.Known tagDigests(List<String> references) {
        RegistryTags.Answers answers = new RegistryTags(request.registry(), context).find(references);
        Map<String, List<String>> byReason = new LinkedHashMap<>();
        answers.unknown().forEach((reference, why) -> byReason.computeIfAbsent(why, each -> new ArrayList<>())
                .add(reference));
        List<String> warnings = new ArrayList<>();
        byReason.forEach((why, which) ->
                warnings.add(String.join(", ", which) + (which.size() == 1 ? " stays a tag: " : " stay tags: ") + why));
        return new TagDigests.Known(answers.digests(), warnings);
    }

    /** Patterns of the manifests' files, from the workspace. */
    String manifests(Microservice service) {
        String folder = request.manifests();
        if (folder.isEmpty()) {
            return service.manifests(request.environment())
                            .orElseThrow(() -> new EngineException(
                                    ErrorCode.CONFIG_MANIFEST,
                                    "The microservice \"" + service.name() + "\" has no manifests for "
                                            + request.environment(),
                                    service.directory() + "/deploy/" + request.environment(),
                                    service.manifests().isEmpty()
                                            ? "it has none for any environment"
                                            : "it has them for "
                                                    + String.join(
                                                            ", ",
                                                            service.manifests().keySet()),
                                    "write them there, or name their folder by \"manifests\""))
                    + "/**";
        }
        List<String> patterns = new ArrayList<>();
        for (String one : folder.split(",")) {
            String path = (service.directory().isEmpty() ? "" : service.directory() + "/") + one.strip();
            patterns.add(Files.isDirectory(context.workspace().resolve(path)) ? path + "/**" : path);
        }
        return String.join(",", patterns);
    }

    /** The variables of manifests: of the process, of delivery.yaml, of the run, then those that a person has set. */
    Substitution substitution(Microservice service) {
        Map<String, Variable> described = DeliveryFile.nearest(context.workspace(), service.directory())
                .map(file -> file.values(request.environment()))
                .orElse(Map.of());
        Map<String, Variable> variables = new LinkedHashMap<>();
        variables.putAll(environment(context));
        variables.putAll(described);
        target(service)
                .variables(service, source, request.environment(), request.version(), context)
                .forEach((name, value) -> variables.put(name, Variable.of(value, "this run")));
        if (request.version().isEmpty()) {
            // a build that was restarted has another number than the one that pushed
            pushedTag(service.name()).ifPresent(tag -> variables.put("IMAGE_TAG", Variable.of(tag, "this run")));
        }
        Variable namespace = described.get(NAMESPACE);
        if (namespace != null) {
            variables.put(NAMESPACE, namespace); // the run's own is only made up
        }
        if (!request.clusterNamespace().isEmpty()) {
            variables.put(NAMESPACE, Variable.of(request.clusterNamespace(), "the setting namespace"));
        }
        request.variables().forEach((name, value) -> variables.put(name, Variable.of(value, "the setting variables")));
        return new Substitution(Dialect.STRICT, variables);
    }

    /** The environment's variables; those that carry a secret for Octavo alone are left out. */
    static Map<String, Variable> environment(EngineContext context) {
        Map<String, Variable> variables = new LinkedHashMap<>();
        context.environment().forEach((name, value) -> {
            if (!name.equals(Clusters.CONTENT) && !name.equals(KubernetesDeployOperation.DOCKER_AUTH)) {
                variables.put(
                        name,
                        new Variable(
                                value, "environment", SECRET_NAME.matcher(name).find()));
            }
        });
        return variables;
    }

    /** What people want to know of a release later. */
    Map<String, String> facts(Microservice service, String approver) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("commit", source.commit());
        facts.put(
                "committed",
                source.commit().isEmpty() ? "" : source.committedAt().toString());
        facts.put("branch", source.branch());
        facts.put("version", request.version());
        facts.put("run", Releasing.run(context));
        facts.put("approver", approver);
        record.get(service.name(), PushOperation.PART, PushResult.Pushed.class).ifPresent(pushed -> {
            facts.put(Release.IMAGE, pushed.repository() + "@" + pushed.digest());
            facts.put(Release.IMAGE_COMMIT, Origins.commit(service, record));
        });
        facts.values().removeIf(String::isEmpty);
        return facts;
    }

    private Optional<String> pushedTag(String service) {
        return record.get(service, PushOperation.PART, PushResult.Pushed.class)
                .flatMap(pushed -> pushed.references().stream().findFirst())
                .map(reference -> reference.substring(reference.lastIndexOf(':') + 1));
    }

    /** One hash over several plans. */
    static String hash(List<PlanResult.Planned> plans) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (PlanResult.Planned planned : plans) {
                digest.update(
                        (planned.service() + " " + planned.plan().hash() + "\n").getBytes(StandardCharsets.UTF_8));
            }
            return "sha256:" + HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Who may pass the gate of these, as the first delivery.yaml has it that says so. */
    PlanResult.@Nullable GateRules gate(List<Part> parts) {
        return parts.stream()
                .flatMap(part ->
                        DeliveryFile.nearest(context.workspace(), part.service().directory()).stream())
                .flatMap(file -> file.gate(request.environment()).stream())
                .findFirst()
                .map(PlanResult.GateRules::of)
                .orElse(null);
    }

    /** In its short form. */
    String commit() {
        return source.shortCommit();
    }

    PlanResult.Planned planned(String service, Plan plan) {
        Optional<BuildResult> build = record.get(service, TestOperation.PART, BuildResult.class);
        Optional<QualityResult> quality = record.get(service, AnalyzeOperation.PART, QualityResult.class);
        return new PlanResult.Planned(
                service,
                record.get(service, PushOperation.PART, PushResult.Pushed.class)
                        .map(PushResult.Pushed::digest)
                        .orElse(""),
                build.map(each -> each.tests().describe()).orElse("not run"),
                quality.map(QualityResult::describe).orElse("not analysed"),
                plan,
                build.map(each -> PlanResult.TestCounts.of(each.tests())).orElse(null),
                quality.map(PlanResult.QualityGate::of).orElse(null));
    }

    /**
     * What a gate asks.
     *
     * @param out those that this run has deployed already
     */
    String question(List<PlanResult.Planned> plans, List<String> out) {
        List<String> lines = new ArrayList<>();
        String names = String.join(
                ", ", plans.stream().map(PlanResult.Planned::service).toList());
        String what = request.version().isEmpty() ? "commit " + source.shortCommit() : request.version();
        lines.add("Deploy " + names + " (" + what + ") to " + request.environment() + "?  是否部署到 "
                + request.environment() + "？");
        for (PlanResult.Planned planned : plans) {
            lines.add("");
            lines.add(planned.service()
                    + (out.contains(planned.service()) ? "  (out already, by this run 本次运行已部署)" : ""));
            if (!planned.digest().isEmpty()) {
                lines.add("  image    " + planned.digest());
            }
            lines.add("  tests    " + planned.tests());
            lines.add("  quality  " + planned.quality());
            Plan plan = planned.plan();
            plan.placeholders().stream()
                    .filter(placeholder -> placeholder.source().contains(".yaml:"))
                    .map(placeholder -> "  value    $" + placeholder.variable() + " is from " + placeholder.source())
                    .distinct()
                    .forEach(lines::add);
            plan.text().lines().forEach(line -> lines.add("  " + line));
        }
        return String.join("\n", lines);
    }
}
