// For Jenkins' script console: a folder "load" with 100 jobs, 1,000 microservices in two environments and 50,000 deliveries.
import com.cloudbees.hudson.plugins.folder.Folder
import org.jenkinsci.plugins.workflow.job.WorkflowJob
import jenkins.model.*
def j = Jenkins.get()
def f = j.createProject(Folder, 'load')
def now = System.currentTimeMillis()
def rnd = new Random(7)
100.times { n ->
  def job = f.createProject(WorkflowJob, "job-$n")
  job.rootDir.mkdirs()
  def lines = new StringBuilder()
  10.times { s ->
    ['dev', 'prod'].each { env ->
      25.times { i ->
        def end = now - (24 - i) * 3 * 86400000L - rnd.nextInt(86400000)
        def commit = (1..40).collect { Integer.toHexString(rnd.nextInt(16)) }.join()
        def digest = (1..64).collect { Integer.toHexString(rnd.nextInt(16)) }.join()
        def res = i == 24 ? 'deployed' : i % 9 == 5 ? 'rolled-back' : 'superseded'
        lines << ['1', "service-${n * 10 + s}", env, "load-$env", i + 1, res, "v1.$i.0", commit, end - 7200000L, digest, 'alice', end - 60000, end, -1, i + 1, '', '', end].join('\t') << '\n'
      }
    }
  }
  new File(job.rootDir, 'octavo-deliveries.tsv').text = lines.toString()
}
return 'done'
