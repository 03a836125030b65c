// Jenkins starts only where it has been told who may do what. Where Configuration as Code fails, Jenkins does not start; but
// where it never runs, since its plugin did not load or nobody named its files, Jenkins would be open to everybody. Only an Error
// ends the start, an exception would be a warning.
import jenkins.model.Jenkins

if (Jenkins.get().getACL().hasPermission2(Jenkins.ANONYMOUS2, Jenkins.ADMINISTER)) {
  throw new Error('''Jenkins does not start, since everybody could administer it
  where  security realm and authorization strategy of this Jenkins
  why    nothing has set them; Configuration as Code has not run, or says nothing of them
  fix    look above for a plugin that failed to load, and whether CASC_JENKINS_CONFIG names its files''')
}
