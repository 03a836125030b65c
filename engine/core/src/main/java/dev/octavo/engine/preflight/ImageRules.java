package dev.octavo.engine.preflight;

import dev.octavo.engine.preflight.DeployUse.Way;
import dev.octavo.engine.preflight.PipelineFacts.Known;
import dev.octavo.engine.preflight.script.ShellScript;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Whether what is deployed is what was pushed. */
final class ImageRules {
    private static final Pattern BRANCH = Pattern.compile(
            "\\$\\{(?:BRANCH_NAME|GIT_BRANCH|GIT_LOCAL_BRANCH|CHANGE_BRANCH|gitlabBranch|gitlabSourceBranch)}");
    private static final Pattern SNAPSHOT = Pattern.compile("(?i).*snapshot.*");
    /** What differs from build to build. */
    private static final Pattern VARYING =
            Pattern.compile("(?i).*(?:BUILD|COMMIT|TAG|VERSION|BRANCH|DATE|TIME|SHA|HASH|REVISION).*");

    private static final Pattern OTHER_PUSH = Pattern.compile(
            "dockerfile:push|docker:push|jib:build|k8s:push|fabric8:push|build-image|(?:^|\\s|/)[\\w.-]+\\.sh\\b|\\bmake\\b|\\bansible|\\bgradlew?\\b|docker-compose|docker"
                    + " compose|\\bjib\\b|\\bskaffold\\b|\\bbazel\\b");
    private static final Pattern RESTART = Pattern.compile(
            "rollout restart|set image|kubectl[^\\n]*\\bdelete\\b|kubectl[^\\n]*\\bpatch\\b|set env|--force");

    private final List<DeployUse> uses;
    private final Set<String> given;
    private final Findings findings;
    private final IdentityHashMap<PipelineFacts, Set<ImageName>> pushed = new IdentityHashMap<>();
    private final IdentityHashMap<PipelineFacts, Boolean> pushesMore = new IdentityHashMap<>();

    ImageRules(List<DeployUse> uses, Set<String> given, Findings findings) {
        this.uses = uses;
        this.given = given;
        this.findings = findings;
    }

    // ---------------------------------------------------------------------------------------------------- pipelines

    /** Branches in the names of images: the first of a file. */
    void check(PipelineFacts facts) {
        for (ShellUse shell : facts.shells()) {
            if (shell.step().scope().isForOneBranch()) {
                continue;
            }
            for (ShellScript.Command command : shell.script().commands()) {
                for (ShellScript.Word word : ImageCommands.named(command)) {
                    ImageName image = ImageName.of(shell.resolved(word.text()));
                    Matcher matcher = BRANCH.matcher(image.tag());
                    if (matcher.find()) {
                        findings.at(Rule.BRANCH_IN_TAG, facts.file(), shell.span(word))
                                .say(
                                        matcher.group() + " is part of the tag",
                                        "make it safe first, such as ${BRANCH_NAME//\\//-} in bash, or use"
                                                + " BUILD_NUMBER and the commit");
                        return;
                    }
                }
            }
        }
    }

    private Set<ImageName> pushed(PipelineFacts facts) {
        return pushed.computeIfAbsent(facts, ImageRules::findPushed);
    }

    private static Set<ImageName> findPushed(PipelineFacts facts) {
        Set<ImageName> pushed = new LinkedHashSet<>();
        for (ShellUse shell : facts.shells()) {
            for (ShellScript.Command command : shell.script().commands()) {
                for (ShellScript.Word word : ImageCommands.pushed(command)) {
                    pushed.add(ImageName.of(shell.resolved(word.text())));
                }
            }
        }
        return pushed;
    }

    private boolean mayPushMore(PipelineFacts facts) {
        return pushesMore.computeIfAbsent(facts, ImageRules::findMore);
    }

    private static boolean findMore(PipelineFacts facts) {
        return facts.isOpen()
                || facts.hasOpenBlocks()
                || facts.steps().stream()
                        .anyMatch(step -> step.call().receiver() != null
                                && step.call().name().equals("push"))
                || facts.shells().stream()
                        .anyMatch(
                                shell -> OTHER_PUSH.matcher(shell.flat().text()).find());
    }

    // ---------------------------------------------------------------------------------------------------- manifests

    void check(Manifest manifest) {
        String path = manifest.file().path();
        List<DeployUse> own = uses.stream().filter(use -> use.covers(path)).toList();
        boolean[] branchSaid = new boolean[1];
        for (YamlNode object : manifest.objects()) {
            for (YamlNode container : Manifest.containers(object)) {
                YamlNode image = container.get("image");
                if (image == null || image.value().isEmpty()) {
                    continue;
                }
                boolean said = notPulled(manifest, container, image, own);
                said |= snapshot(manifest, image, own);
                for (DeployUse use : own) {
                    said = said || notPushed(manifest, image, use);
                    if (!said) {
                        sameTag(manifest, object, image, use);
                    }
                }
                branchSaid[0] = branchSaid[0] || branch(manifest, image, own);
            }
        }
    }

    private static String text(YamlNode image) {
        return image.value().replaceAll("\\$([A-Za-z_][A-Za-z0-9_]*)", "\\${$1}");
    }

    private static String resolved(YamlNode image, DeployUse use) {
        return use.facts().resolve(text(image), use.step().scope(), use.way() == Way.ENVSUBST ? use.shell() : Map.of());
    }

    private boolean notPulled(Manifest manifest, YamlNode container, YamlNode image, List<DeployUse> own) {
        String policy = container.text("imagePullPolicy");
        if (!policy.equals("IfNotPresent") && !policy.equals("Never")) {
            return false;
        }
        String name = own.isEmpty() ? text(image) : resolved(image, own.get(0));
        // a placeholder at the end may bring the tag: a variable, or kustomize's $(NAME)
        boolean open = name.endsWith("}") || name.endsWith(")");
        if (open
                || name.contains("@sha256:")
                || !ImageName.of(name).tagOrLatest().equals("latest")) {
            return false;
        }
        findings.at(Rule.LATEST_NOT_PULLED, manifest.file(), image.span())
                .say(
                        "The image is latest, and imagePullPolicy is " + policy,
                        "deploy a tag that is pushed once, or write imagePullPolicy: Always");
        return true;
    }

    private boolean snapshot(Manifest manifest, YamlNode image, List<DeployUse> own) {
        boolean production = own.isEmpty()
                ? Manifest.isProduction(manifest.file().path())
                : own.stream()
                        .anyMatch(use -> use.isProduction()
                                || Manifest.isProduction(manifest.file().path()));
        String tag = ImageName.of(text(image)).tag();
        if (!production || !SNAPSHOT.matcher(tag).matches()) {
            return false;
        }
        findings.at(Rule.SNAPSHOT_IN_PRODUCTION, manifest.file(), image.span())
                .say("Production gets the tag " + tag, "write the tag of the release, such as $TAG_NAME");
        return true;
    }

    private boolean notPushed(Manifest manifest, YamlNode image, DeployUse use) {
        Set<ImageName> pushed = pushed(use.facts());
        if (pushed.isEmpty() || use.way() == Way.OTHER || mayPushMore(use.facts()) || hasUndefined(image, use)) {
            return false;
        }
        ImageName deployed = ImageName.of(resolved(image, use));
        List<ImageName> alike = pushed.stream()
                .filter(each -> each.base().equals(deployed.base()))
                .toList();
        if (alike.isEmpty() || deployed.isUnknown() || alike.stream().anyMatch(ImageName::isUnknown)) {
            return false;
        }
        List<ImageName> same = alike.stream()
                .filter(each -> each.repository().equals(deployed.repository()))
                .toList();
        String at = use.facts().file().path();
        if (same.isEmpty()) {
            findings.at(Rule.IMAGE_NOT_PUSHED, manifest.file(), image.span())
                    .say(
                            "The image is deployed as " + deployed.repository() + ", and " + at + " pushes "
                                    + names(alike, ImageName::repository),
                            "write the same registry and namespace in both");
            return true;
        }
        if (same.stream().noneMatch(each -> each.tagOrLatest().equals(deployed.tagOrLatest()))) {
            findings.at(Rule.IMAGE_NOT_PUSHED, manifest.file(), image.span())
                    .say(
                            "The tag " + deployed.tagOrLatest() + " is deployed, and " + at + " pushes "
                                    + names(same, ImageName::tagOrLatest),
                            "deploy a tag that the pipeline pushes");
            return true;
        }
        return false;
    }

    private static String names(List<ImageName> images, java.util.function.Function<ImageName, String> part) {
        return images.stream().map(part).distinct().sorted().collect(Collectors.joining(", "));
    }

    private boolean hasUndefined(YamlNode image, DeployUse use) {
        Matcher matcher = PipelineFacts.VARIABLE.matcher(text(image));
        while (matcher.find()) {
            String name = matcher.group(1);
            boolean shell = use.way() == Way.ENVSUBST && use.shell().containsKey(name);
            if (!shell
                    && !given.contains(name)
                    && use.facts().knows(name, use.step().scope(), true) != Known.YES) {
                return true;
            }
        }
        return false;
    }

    private void sameTag(Manifest manifest, YamlNode object, YamlNode image, DeployUse use) {
        if (use.way() == Way.OTHER || use.facts().isOpen()) {
            return;
        }
        ImageName deployed = ImageName.of(resolved(image, use));
        boolean ours =
                pushed(use.facts()).stream().anyMatch(each -> each.repository().equals(deployed.repository()));
        boolean restarted = use.facts().shells().stream()
                .anyMatch(shell -> RESTART.matcher(shell.flat().text()).find());
        if (!ours || restarted || object.text("kind").equals("Job") || varies(manifest, object, use)) {
            return;
        }
        findings.at(Rule.SAME_TAG, manifest.file(), image.span())
                .say(
                        "The tag is " + deployed.tagOrLatest() + " in every build",
                        "deploy the tag of the build, such as $BUILD_NUMBER");
    }

    private static boolean varies(Manifest manifest, YamlNode object, DeployUse use) {
        Set<String> names = new HashSet<>();
        for (Placeholder placeholder : Placeholder.of(manifest.file(), object)) {
            String resolved = use.facts()
                    .resolve("${" + placeholder.name() + "}", use.step().scope(), use.shell());
            Matcher matcher = PipelineFacts.VARIABLE.matcher(resolved);
            while (matcher.find()) {
                names.add(matcher.group(1));
            }
            if (resolved.contains("$(")) {
                return true;
            }
        }
        return names.stream().anyMatch(name -> VARYING.matcher(name).matches());
    }

    private boolean branch(Manifest manifest, YamlNode image, List<DeployUse> own) {
        Matcher plain = BRANCH.matcher(ImageName.of(text(image)).tag());
        if (!plain.find()) {
            return false;
        }
        boolean wrong = own.stream()
                .anyMatch(use -> !use.step().scope().isForOneBranch()
                        && BRANCH.matcher(ImageName.of(resolved(image, use)).tag())
                                .find());
        if (wrong) {
            findings.at(Rule.BRANCH_IN_TAG, manifest.file(), image.span())
                    .say(
                            plain.group() + " is part of the tag",
                            "use a variable in which the branch is made safe, as the pipeline must for the tag that it"
                                    + " pushes");
        }
        return wrong;
    }
}
