package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.Operation;
import dev.octavo.engine.cluster.DeploySpec;
import dev.octavo.engine.cluster.ManifestLoader;
import dev.octavo.engine.cluster.Manifests;
import dev.octavo.engine.template.Placeholder;
import dev.octavo.engine.template.Substitution;
import dev.octavo.engine.template.Variable;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Shows manifests with their values, and where each value comes from; needs no cluster and no earlier stage. */
final class RenderOperation implements Operation<RenderRequest, RenderResult> {
    private static final String NO_REGISTRY = "registry.example";
    private static final String HIDDEN = "****";

    @Override
    public RenderResult run(RenderRequest request, EngineContext context) {
        PlanRequest plan = request.plan(request.registry().isEmpty() ? NO_REGISTRY : request.registry());
        List<RenderResult.Rendered> rendered = new ArrayList<>();
        for (Deployment.Part part : RunOrSources.parts(plan, "render", DeploySpec.DEFAULT_TIMEOUT, context)) {
            DeploySpec spec = part.spec();
            Substitution substitution =
                    Objects.requireNonNull(spec.substitution()).withoutSecrets(HIDDEN);
            Manifests manifests =
                    ManifestLoader.load(context.workspace().resolve(spec.directory()), spec.manifests(), substitution);
            manifests.warnings().forEach(context.listener()::warning);
            List<RenderResult.RenderedFile> files = new ArrayList<>();
            for (String file : manifests.files()) {
                files.add(new RenderResult.RenderedFile(
                        file, substitution.apply(file, read(file, context)).text()));
            }
            rendered.add(new RenderResult.Rendered(
                    part.service().name(), files, values(manifests, substitution, request.registry())));
        }
        return new RenderResult(request.environment(), rendered);
    }

    private static List<RenderResult.Value> values(Manifests manifests, Substitution substitution, String registry) {
        Map<String, RenderResult.Value> values = new TreeMap<>();
        for (Placeholder placeholder : manifests.placeholders()) {
            if (placeholder.variable().isEmpty()) {
                continue;
            }
            Variable variable = substitution.variable(placeholder.variable()).orElseThrow();
            boolean unset = registry.isEmpty() && variable.value().equals(NO_REGISTRY);
            values.put(
                    placeholder.variable(),
                    new RenderResult.Value(
                            placeholder.variable(),
                            variable.value(),
                            unset ? "no setting: give the registry, or the variable REGISTRY" : variable.source()));
        }
        return List.copyOf(values.values());
    }

    private static String read(String file, EngineContext context) {
        try {
            return Files.readString(context.workspace().resolve(file));
        } catch (IOException e) {
            throw new EngineException(
                    ErrorCode.CONFIG_MANIFEST,
                    "The manifest cannot be read",
                    file,
                    String.valueOf(e.getMessage()),
                    "check the file",
                    e);
        }
    }
}
