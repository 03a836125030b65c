package dev.octavo.engine.runner;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packagesOf = PipelineRunner.class, importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule ARROWS_GO_ONE_WAY = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("api")
            .definedBy("dev.octavo.engine.runner.api")
            .layer("cps")
            .definedBy("dev.octavo.engine.runner.cps")
            .layer("step")
            .definedBy("dev.octavo.engine.runner.step")
            .layer("declarative")
            .definedBy("dev.octavo.engine.runner.declarative")
            .layer("runner")
            .definedBy("dev.octavo.engine.runner")
            .whereLayer("runner")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("declarative")
            .mayOnlyBeAccessedByLayers("runner")
            .whereLayer("step")
            .mayOnlyBeAccessedByLayers("declarative", "runner")
            .whereLayer("cps")
            .mayOnlyBeAccessedByLayers("step", "declarative", "runner");

    @ArchTest
    static final ArchRule WHAT_GOES_IN_AND_OUT_KNOWS_NO_GROOVY = noClasses()
            .that()
            .resideInAPackage("dev.octavo.engine.runner.api")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("groovy..", "org.codehaus.groovy..", "com.cloudbees..");
}
