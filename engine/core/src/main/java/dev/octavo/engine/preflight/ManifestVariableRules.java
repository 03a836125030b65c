package dev.octavo.engine.preflight;

import dev.octavo.engine.preflight.DeployUse.Way;
import dev.octavo.engine.preflight.PipelineFacts.Known;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Placeholders in manifests that no environment defines. */
final class ManifestVariableRules {
    private final List<PipelineFacts> pipelines;
    private final List<DeployUse> uses;
    private final Set<String> given;
    private final boolean allRead;
    private final DeliveryRules delivery;
    private final Findings findings;

    /**
     * @param given what the caller says is defined besides
     * @param allRead whether every pipeline could be read
     * @param delivery what delivery.yaml defines where Octavo deploys
     */
    ManifestVariableRules(
            List<PipelineFacts> pipelines,
            List<DeployUse> uses,
            Set<String> given,
            boolean allRead,
            DeliveryRules delivery,
            Findings findings) {
        this.pipelines = pipelines;
        this.uses = uses;
        this.given = given;
        this.allRead = allRead;
        this.delivery = delivery;
        this.findings = findings;
    }

    void check(Manifest manifest) {
        List<DeployUse> own =
                uses.stream().filter(use -> use.covers(manifest.file().path())).toList();
        for (YamlNode object : manifest.objects()) {
            for (Placeholder placeholder : Placeholder.of(manifest.file(), object)) {
                if (placeholder.name().isEmpty()) {
                    own.forEach(use -> unsupported(manifest, placeholder, use));
                } else if (own.isEmpty()) {
                    unused(manifest, placeholder);
                } else {
                    own.forEach(use -> check(manifest, placeholder, use));
                }
            }
        }
    }

    private void unsupported(Manifest manifest, Placeholder placeholder, DeployUse use) {
        boolean edited = uses.stream().anyMatch(each -> each.facts() == use.facts() && each.way() == Way.OTHER)
                || EditedTexts.mentions(use.facts(), placeholder.text());
        if (use.way() == Way.OTHER || edited || use.facts().isOpen()) {
            return;
        }
        findings.at(Rule.UNSUPPORTED_PLACEHOLDER, manifest.file(), placeholder.span())
                .say(
                        placeholder.text() + " stays as it is written when " + at(use) + " deploys this file",
                        "write ${NAME} and define NAME in the pipeline's environment");
    }

    private void check(Manifest manifest, Placeholder placeholder, DeployUse use) {
        String name = placeholder.name();
        if (use.way() == Way.OTHER || given.contains(name)) {
            return;
        }
        if (use.way() == Way.PLAIN) {
            if (!use.facts().isOpen() && !EditedTexts.mentions(use.facts(), placeholder.text())) {
                findings.at(Rule.NOT_SUBSTITUTED, manifest.file(), placeholder.span())
                        .say(
                                placeholder.text() + " is not replaced where " + at(use) + " deploys this file",
                                use.step().is("sh")
                                        ? "pipe the file through envsubst: envsubst < FILE | kubectl apply -f -"
                                        : "set enableConfigSubstitution: true");
            }
            return;
        }
        if (use.way() == Way.ENVSUBST) {
            if (name.contains(".") || (!use.only().isEmpty() && !use.only().contains(name))) {
                return; // envsubst leaves it alone
            }
            if (use.shell().containsKey(name)) {
                return;
            }
        }
        boolean secretName = name.equals("KUBERNETES_SECRET_NAME");
        Known known = use.facts().knows(name, use.step().scope(), use.way() == Way.COMPAT);
        if (known != Known.NO || secretName || EditedTexts.mentions(use.facts(), placeholder.text())) {
            return;
        }
        Set<String> names = use.facts().names(use.step().scope());
        names.addAll(given);
        List<String> meant = Names.meant(name, names);
        findings.at(Rule.UNDEFINED_IN_MANIFEST, manifest.file(), placeholder.span())
                .severity(severity(use.facts(), meant))
                .meant(meant)
                .say(
                        "Nothing defines " + name + " where " + at(use) + " deploys this file" + hint(name, use),
                        fix(name, use, meant));
    }

    /** A job may have parameters that its Jenkinsfile does not show, as long as that shows none. */
    private static Severity severity(PipelineFacts facts, List<String> meant) {
        return facts.declaresParameters() || !meant.isEmpty() ? Severity.ERROR : Severity.WARNING;
    }

    private static String hint(String name, DeployUse use) {
        if (use.facts().isGroovyVariable(name)) {
            return ": " + name + " is a variable of Groovy's own, which manifests do not see";
        }
        if (use.facts().isOfSomeStage(name)) {
            return ": " + name + " is set in another stage or block only";
        }
        return "";
    }

    private static String fix(String name, DeployUse use, List<String> meant) {
        if (use.facts().isGroovyVariable(name)) {
            return "set env." + name + " instead, or wrap the step in withEnv([\"" + name + "=${" + name + "}\"])";
        }
        return Names.fix(meant, "define " + name + " in the pipeline's environment or parameters");
    }

    private static String at(DeployUse use) {
        SourceFile file = use.facts().file();
        return file.path() + ":" + file.line(use.place().start());
    }

    /** A manifest that no pipeline names: whatever will deploy it has one of the environments that there are. */
    private void unused(Manifest manifest, Placeholder placeholder) {
        String name = placeholder.name();
        if (pipelines.isEmpty() || !allRead || given.contains(name) || JenkinsNames.isVariable(name)) {
            return;
        }
        Set<String> names = new TreeSet<>(given);
        Set<String> described = delivery.defined(manifest.file().path());
        boolean deployed = false;
        for (PipelineFacts facts : pipelines) {
            Set<String> octavo = facts.octavoVariables();
            if (octavo != null && (octavo.contains(name) || described.contains(name))) {
                return;
            }
            if (octavo != null) {
                names.addAll(octavo);
                names.addAll(described);
                deployed = true;
                continue;
            }
            Scope anywhere = new Scope(null);
            if (facts.isOpen()
                    || facts.knows(name, anywhere, true) != Known.NO
                    || facts.everywhere().stream().anyMatch(name::equalsIgnoreCase)
                    || facts.shells().stream()
                            .anyMatch(shell -> shell.assigned().containsKey(name))
                    || facts.hasOpenBlocks()
                    || EditedTexts.mentions(facts, placeholder.text())) {
                return;
            }
            names.addAll(facts.everywhere());
        }
        List<String> meant = Names.meant(name, names);
        findings.at(Rule.UNDEFINED_IN_MANIFEST, manifest.file(), placeholder.span())
                .severity(deployed ? Severity.ERROR : Severity.WARNING)
                .meant(meant)
                .say(
                        "No pipeline of this repository defines " + name
                                + (deployed ? "" : ", and none names this file"),
                        Names.fix(meant, "define " + name + ", or take the file away if nobody deploys it"));
    }
}
