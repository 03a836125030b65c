package dev.octavo.engine.catalog;

import java.util.List;
import java.util.regex.Pattern;

/** Tells a program for browsers by its {@code package.json}. */
final class FrontEnd {
    private static final Pattern BUILD = Pattern.compile("\"build(?::[\\w:-]+)?\"\\s*:\\s*\"");
    private static final List<String> FRAMEWORKS = List.of(
            "\"vue\"",
            "\"react-dom\"",
            "\"@angular/core\"",
            "\"angular\"",
            "\"svelte\"",
            "\"preact\"",
            "\"@vue/cli-service\"",
            "\"react-scripts\"",
            "\"umi\"",
            "\"@umijs/max\"",
            "\"solid-js\"",
            "\"lit\"");
    /** Those that run on a server, a telephone or a desk, or that build only a part of something. */
    private static final List<String> OTHERS = List.of(
            "\"next\"",
            "\"nuxt\"",
            "\"@dcloudio/uni-app\"",
            "\"react-native\"",
            "\"expo\"",
            "\"electron\"",
            "\"vuepress\"",
            "\"vitepress\"",
            "\"@docusaurus/core\"",
            "\"peerDependencies\"");

    private FrontEnd() {}

    static boolean isOne(String packageJson) {
        return BUILD.matcher(packageJson).find()
                && FRAMEWORKS.stream().anyMatch(packageJson::contains)
                && OTHERS.stream().noneMatch(packageJson::contains);
    }
}
