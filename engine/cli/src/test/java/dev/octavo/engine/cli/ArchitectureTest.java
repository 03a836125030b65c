package dev.octavo.engine.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Date;

/** The arrows between modules and packages, as docs and package-info files state them. */
@AnalyzeClasses(packages = "dev.octavo.engine", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ENGINE = "dev.octavo.engine.";
    private static final String[] FRONTS = {
        ENGINE + "cli..", ENGINE + "runner..", ENGINE + "sandbox..", ENGINE + "syntax.."
    };

    @ArchTest
    static final ArchRule coreKnowsNoneOfItsUsers = noClasses()
            .that()
            .resideOutsideOfPackages(FRONTS)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(FRONTS);

    @ArchTest
    static final ArchRule coreKnowsNoGroovyAndNoTerminal = noClasses()
            .that()
            .resideOutsideOfPackages(FRONTS)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "groovy..", "org.codehaus.groovy..", "com.cloudbees..", "picocli..", "hudson..", "jenkins..");

    @ArchTest
    static final ArchRule runnerAndSandboxKnowNeitherEachOtherNorTheCommand = noClasses()
            .that()
            .resideInAPackage(ENGINE + "runner..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ENGINE + "sandbox..", ENGINE + "cli..", ENGINE + "delivery..");

    @ArchTest
    static final ArchRule sandboxKnowsOnlyCore = noClasses()
            .that()
            .resideInAPackage(ENGINE + "sandbox..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ENGINE + "runner..", ENGINE + "cli..", ENGINE + "delivery..");

    @ArchTest
    static final ArchRule syntaxKnowsOnlyWhatPipelinesAreMadeOf = noClasses()
            .that()
            .resideInAPackage(ENGINE + "syntax..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    ENGINE + "runner..",
                    ENGINE + "sandbox..",
                    ENGINE + "cli..",
                    ENGINE + "delivery..",
                    "com.cloudbees..");

    @ArchTest
    static final ArchRule sharedTypesKnowNobody = noClasses()
            .that()
            .resideInAPackage(ENGINE + "api..")
            .should()
            .dependOnClassesThat(com.tngtech.archunit.base.DescribedPredicate.describe(
                    "are ours outside api",
                    type -> type.getPackageName().startsWith("dev.octavo.")
                            && !type.getPackageName().startsWith(ENGINE + "api")));

    @ArchTest
    static final ArchRule capabilitiesKnowNoStage = noClasses()
            .that()
            .resideOutsideOfPackages(ENGINE + "delivery..", ENGINE + "cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ENGINE + "delivery..");

    @ArchTest
    static final ArchRule packagesOfCoreHaveNoCycles =
            slices().matching("dev.octavo.engine.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule nobodyUsesDate = noClasses()
            .should()
            .dependOnClassesThat()
            .areAssignableTo(Date.class)
            .because("java.time has it all");

    @ArchTest
    static final ArchRule nobodyPrintsStackTraces = noClasses()
            .that()
            .resideOutsideOfPackage(ENGINE + "cli..")
            .should()
            .callMethod(Throwable.class, "printStackTrace");

    @ArchTest
    static final ArchRule operationsAreNamedForWhatTheyAre = classes()
            .that()
            .implement(dev.octavo.engine.api.Operation.class)
            .should()
            .haveSimpleNameEndingWith("Operation");
}
