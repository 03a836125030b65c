package dev.octavo.engine.preflight;

import dev.octavo.engine.api.Cancellation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Checks a repository. */
public final class Preflight {
    private final Path root;
    private final Set<String> variables;
    private final Cancellation cancellation;

    /**
     * What was found.
     *
     * @param findings by file and place
     * @param silenced what comments silence, with their reasons
     * @param files how many were looked into
     */
    public record Report(List<Finding> findings, List<Silenced> silenced, int files) {
        /** A finding that a comment silences. */
        public record Silenced(Finding finding, String reason) {}

        public Report {
            findings = List.copyOf(findings);
            silenced = List.copyOf(silenced);
        }
    }

    /** @param variables names that are defined where no file shows it */
    public Preflight(Path root, Set<String> variables, Cancellation cancellation) {
        this.root = root;
        this.variables = Set.copyOf(variables);
        this.cancellation = cancellation;
    }

    /** Whether a file is a pipeline by its name. */
    public static boolean isPipeline(String file) {
        return Pipelines.isNamedPipeline(file);
    }

    /** @param fix whether to write the corrections that can do nothing else */
    public Report check(boolean fix) {
        Findings findings = new Findings();
        RepositoryFiles files = RepositoryFiles.walk(root, findings, cancellation);
        Services services = Services.find(files);
        Pipelines pipelines = Pipelines.read(files, findings);
        List<DeployUse> uses = new ArrayList<>();
        pipelines.all().forEach(facts -> uses.addAll(DeployUses.of(facts)));

        BuildRules build = new BuildRules(files, findings);
        build.check(pipelines.texts());
        for (PipelineFacts facts : pipelines.all()) {
            cancellation.check();
            pipeline(facts, uses, files, services, build.hasModules(), findings);
        }
        Set<String> checked = manifests(pipelines, uses, files, services, findings);

        Silences silences = new Silences();
        Set<String> read = files.readPaths();
        read.forEach(file -> files.read(file).ifPresent(silences::read));
        List<Silences.Silenced> silenced = new ArrayList<>();
        Findings complaints = new Findings();
        List<Finding> left = new ArrayList<>(silences.apply(findings.list(), complaints, silenced));
        left.addAll(complaints.list());
        left.sort(Comparator.comparing(Finding::file)
                .thenComparing(Finding::line)
                .thenComparing(Finding::column)
                .thenComparing(finding -> finding.rule().id()));
        List<Finding> result = fix ? new Fixes(root, files).apply(left) : left;
        checked.addAll(read);
        return new Report(
                result,
                silenced.stream()
                        .map(each -> new Report.Silenced(each.finding(), each.reason()))
                        .toList(),
                checked.size());
    }

    private void pipeline(
            PipelineFacts facts,
            List<DeployUse> uses,
            RepositoryFiles files,
            Services services,
            boolean reactor,
            Findings findings) {
        List<DeployUse> own = uses.stream().filter(use -> use.facts() == facts).toList();
        new StructureRules(facts, findings).check();
        new ScriptVariableRules(facts, variables, findings).check();
        new GateRules(facts, findings).check();
        new ApprovalRules(facts, findings).check();
        new CredentialRules(facts, findings).check();
        new ShellRules(facts, own, findings).check(reactor);
        new ImageRules(own, variables, findings).check(facts);
        new PathRules(facts, own, files, services, findings).check();
        new StageRules(facts, services, findings).check();
    }

    private Set<String> manifests(
            Pipelines pipelines, List<DeployUse> uses, RepositoryFiles files, Services services, Findings findings) {
        Set<String> charts = new HashSet<>();
        files.all().stream()
                .filter(file -> RepositoryFiles.name(file).equals("Chart.yaml"))
                .forEach(file -> charts.add(RepositoryFiles.child(RepositoryFiles.parent(file), "templates") + "/"));
        ManifestRules objects = new ManifestRules(services, findings);
        ImageRules images = new ImageRules(uses, variables, findings);
        DeliveryRules delivery = DeliveryRules.check(root, files, findings);
        ManifestVariableRules placeholders =
                new ManifestVariableRules(pipelines.all(), uses, variables, pipelines.whole(), delivery, findings);
        Set<String> checked = new TreeSet<>();
        for (String file : files.all()) {
            if (!isYaml(file) || charts.stream().anyMatch(file::startsWith)) {
                continue;
            }
            boolean used = uses.stream().anyMatch(use -> use.covers(file));
            if (!used && RepositoryFiles.isTestSource(file)) {
                continue;
            }
            Optional<Manifest> manifest = manifest(file, used, files, findings);
            manifest.ifPresent(each -> {
                objects.check(each);
                images.check(each);
                placeholders.check(each);
                checked.add(file);
            });
        }
        return checked;
    }

    private static Optional<Manifest> manifest(String file, boolean used, RepositoryFiles files, Findings findings) {
        Optional<SourceFile> source = files.read(file);
        if (source.isEmpty() || (!used && !Manifest.isLikely(source.get().text()))) {
            return Optional.empty();
        }
        Manifest manifest = Manifest.read(source.get(), findings);
        boolean template = !manifest.whole() && source.get().text().contains("{{") && !used;
        return template ? Optional.empty() : Optional.of(manifest);
    }

    private static boolean isYaml(String file) {
        int dot = file.lastIndexOf('.');
        String end = dot < 0 ? "" : file.substring(dot).toLowerCase(Locale.ROOT);
        return end.equals(".yaml") || end.equals(".yml");
    }
}
