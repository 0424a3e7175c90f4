/// The script of lesson pages: the stepper, and buttons that copy scripts.
///
/// It draws what `StepData` carries and knows nothing of operating systems. It runs under a policy
/// that allows this text alone, by its digest; without it, pages are complete.
enum StepperScript {
  /// The digest by which a page's Content-Security-Policy knows the script; a test computes it.
  static let digest: StaticString = "sha256-E3odaIuWVWh/KMRZnYCwAszm25K3yW/rgknU7B1I9lw="

  /// At most 8 KB.
  static let text: StaticString = #"""
    (()=>{"use strict";
    const T=document.getElementById("stepper"),D=document,runs=[];
    if(!T)return;
    const L=T.dataset,X=JSON.parse(D.getElementById("words").textContent),NS="http://www.w3.org/2000/svg",num=t=>t?parseInt(t,36):0;
    const el=(n,p,c)=>{const e=D.createElement(n);if(c)e.className=c;if(p)p.append(e);return e};
    const draw=(n,p,a)=>{const e=D.createElementNS(NS,n);for(const k in a)e.setAttribute(k,a[k]);
    if(p)p.append(e);return e};
    const put=(e,text)=>{const s=text.split("`");e.textContent="";
    s.forEach((t,i)=>{if(i%2&&i<s.length-1)el("code",e).textContent=t;else e.append(i%2?"`"+t:t)})};
    let late=0,next;
    const cancel=()=>{clearTimeout(late);late=0};
    const flush=()=>{if(late)try{history.replaceState(null,"",next)}catch{}cancel()};
    class Run{
    constructor(box,data){this.box=box;this.d=data;this.z=0;this.k=0;this.rows=new Map();
    box.append(T.content.cloneNode(true));
    const q=s=>box.querySelector(s);
    this.range=q("input");this.zoom=q("select");this.out=q("output");this.why=q(".why");
    this.near=q(".near");this.play=q("[data-go=play]");this.link=q(".link");
    box.setAttribute("aria-label",L.of.replace("%",data.n));
    box.hidden=false;
    box.addEventListener("click",e=>{const b=e.target.closest("[data-go]");if(b)this.act(b.dataset.go)});
    box.addEventListener("keydown",e=>{
    const a={ArrowLeft:"back",ArrowRight:"next",Home:"first",End:"last"}[e.key];
    if(!a||e.ctrlKey||e.metaKey||e.altKey||/INPUT|SELECT/.test(e.target.tagName))return;
    e.preventDefault();this.act(a)});
    this.range.addEventListener("input",()=>{this.stop();this.go(this.vis[this.range.value],1)});
    this.zoom.addEventListener("change",()=>{this.z=+this.zoom.value;this.look();this.go(this.k,1)});
    this.parse();this.figures();this.look();this.go(0)}
    parse(){const d=this.d,count={},t=X.t.map(x=>x.split("\t"));
    let time=0,who=0,step=-1,state=[];
    this.at=new Map();this.snap=[];
    this.r=d.p.split(";").map((rec,i)=>{const f=rec.split(","),s=f[0].split(".").map(num),m=t[s[0]]||[];
    time+=num(f[1]);if(f[3])who=num(f[3]);
    const [a,b]=(f[5]||"").split(".");step=a?num(a):step+1;
    const name=m[1].replace("~",()=>X.w[s[1]]),c=count[name]=b?num(b):(count[name]||0)+1;
    const r={z:+m[0],s:s,m:m,time:time,who:X.w[who],step:step,id:d.n+"/"+name+(c>1?"-"+c:""),p:[],
    cause:f[2]==="0"?-1:step-(f[2]?num(f[2]):1)};
    if(f[4]){const g=f[4].split(".");let j=-1;
    for(let k=0;k<g.length;k+=2){j+=num(g[k])+1;r.p.push(j,num(g[k+1]))}}
    for(let k=0;k<r.p.length;k+=2)state[r.p[k]]=r.p[k+1];
    if(i%128===0)this.snap.push(state.slice());
    this.at.set(step,i);this.at.set(r.id,i);return r})}
    say(r){let i=2;return r.m.slice(2).reduce((a,b)=>a+X.w[r.s[i++]]+b)}
    state(i){const s=this.snap[i>>7].slice();
    for(let j=(i>>7<<7)+1;j<=i;j++){const p=this.r[j].p;for(let k=0;k<p.length;k+=2)s[p[k]]=p[k+1]}
    return s}
    figures(){const all=this.box.querySelector(".pics");this.slots=[];
    this.d.d.forEach((j,at)=>{const g=X.d[j],f=el("figure",all);f.className=g[0];
    el("figcaption",f).textContent=g[1];
    const v=draw("svg",f,{role:"img",viewBox:"-1 -1 322 "+(g[2]+2),"aria-label":g[1],"aria-describedby":this.d.n+"-now"});
    for(const m of g.slice(3)){
    if(m.length===4)draw("path",v,{d:"M"+m[0]+" "+m[1]+"L"+m[2]+" "+m[3]});
    else if(m[2]&&!(m[2]>0))draw("text",v,{x:m[0],y:m[1],class:"l"}).textContent=m[2];
    else{const s=draw("g",v,{class:"o"});
    if(m[2])draw("rect",s,{x:m[0],y:m[1],width:m[2],height:22});
    const w=draw("text",s,m[2]?{x:m[0]+5,y:m[1]+15}:{x:m[0],y:m[1]});
    this.slots.push({g:s,w:w,v:0,at:at})}}});
    this.out.nextElementSibling.id=this.d.n+"-now";
    const line=this.d.x&&D.querySelector("#"+CSS.escape(this.d.n)+"-timeline svg");
    if(line)this.cursor=draw("path",line,{class:"cursor",d:"M0 0V"+line.getAttribute("height")})}
    look(){this.vis=[];this.r.forEach((r,i)=>{if(r.z<=this.z)this.vis.push(i)});
    this.range.max=Math.max(0,this.vis.length-1)}
    seat(k){let a=0,b=this.vis.length;while(b-a>1){const m=a+b>>1;this.vis[m]<=k?a=m:b=m}return a}
    act(a){const v=this.vis,i=this.seat(this.k);
    if(a==="play")return this.timer?this.stop():this.start();
    this.stop();
    this.go(v[a==="first"?0:a==="last"?v.length-1:Math.min(v.length-1,Math.max(0,i+(a==="next"?1:-1)))],1)}
    start(){this.play.textContent=L.pause;this.play.ariaPressed="true";
    this.timer=setInterval(()=>{const i=this.seat(this.k);
    if(i+1<this.vis.length)this.go(this.vis[i+1],1);else this.stop()},1200)}
    stop(){clearInterval(this.timer);this.timer=0;this.play.textContent=L.play;
    this.play.ariaPressed="false"}
    step(i,p,c){const r=this.r[i],a=el("a",p);a.href="#"+r.id;a.textContent=r.step;
    const s=el("span",p);put(s," "+this.say(r));return r}
    go(k,mark){if(k===undefined)return;
    const seat=this.seat(k);k=this.vis[seat]??0;this.k=k;
    const r=this.r[k],now=this.state(k),old=seat?this.state(this.vis[seat-1]):[],W=X.w,hit=new Set();
    this.slots.forEach((s,i)=>{const v=now[i]||0,n=v!==(old[i]||0)&&seat>0;
    if(s.v!==v||s.n!==n){const t=W[v];
    s.g.setAttribute("class",v?t[0]+(n?" new":""):n?"gone":"o");s.w.textContent=v?(n?"▸":"")+t.slice(1):"";
    s.v=v;s.n=n}
    if(n)hit.add(X.d[this.d.d[s.at]][1])});
    const text=this.say(r);
    this.out.textContent=L.step.replace("%",r.step).replace("%",this.r[this.r.length-1].step)+": "+text.replace(/`/g,"");
    const p=this.out.nextElementSibling;put(p,text+" ");
    el("small",p).textContent=this.ns(r.time)+" · "+r.who+(hit.size?" · "+L.changed+" "+[...hit].join(", "):"");
    this.why.textContent="";
    for(let c=r.cause,n=0;c>=0&&n<4;n++){const j=this.at.get(c);if(j===undefined)break;
    c=this.step(j,el("li",this.why)).cause}
    this.why.parentNode.hidden=!this.why.firstChild;
    const rows=new Map();
    for(const j of this.vis.slice(Math.max(0,seat-3),seat+5)){
    let li=this.rows.get(j);if(!li)this.step(j,li=el("li"));
    li.ariaCurrent=j===k?"step":null;
    rows.set(j,li)}
    for(const [j,li] of this.rows)if(!rows.has(j))li.remove();
    let at=this.near.firstChild;
    for(const li of rows.values())if(li===at)at=at.nextSibling;else this.near.insertBefore(li,at);
    this.rows=rows;
    this.range.value=seat;this.range.ariaValueText=this.out.textContent.split(":")[0];
    this.link.href="#"+r.id;
    const x=this.d.x;
    if(this.cursor){let i=0;while(i+2<x.length&&x[i+2]<=r.step)i+=2;
    const w=i+2<x.length?(x[i+3]-x[i+1])*(r.step-x[i])/(x[i+2]-x[i]):0;
    this.cursor.setAttribute("transform","translate("+(x[i+1]+w)+")")}
    if(!mark)return;
    next="#"+r.id;late=late||setTimeout(flush,200);
    const c=this.box.closest(".compare");
    if(c)for(const o of runs)if(o!==this&&c.contains(o.box))o.follow(this,r)}
    follow(o,r){if(this.z!==o.z){this.z=o.z;this.zoom.value=o.z;this.look()}
    let k=this.at.get(this.d.n+r.id.slice(o.d.n.length));
    if(k===undefined){k=0;while(k+1<this.r.length&&this.r[k+1].time<=r.time)k++}
    this.go(k)}
    ns(t){const i=t<1e3?0:t<1e6?1:t<1e9?2:3;return String(t/1e3**i).replace(".",L.point)+" "+L.units.split(" ")[i]}
    }
    const find=h=>{try{h=decodeURIComponent(h)}catch{return}
    const run=runs.find(r=>h.startsWith(r.d.n+"/"));
    const k=run&&run.at.get(h);
    return k===undefined?undefined:{run,k}};
    const open=h=>{const f=find(h.slice(1));if(!f)return false;
    const z=f.run.r[f.k].z;if(z>f.run.z){f.run.z=z;f.run.zoom.value=z;f.run.look()}
    f.run.stop();f.run.go(f.k);f.run.box.scrollIntoView();return f.run};
    D.querySelectorAll(".stepper+script").forEach(s=>{
    runs.push(new Run(s.previousElementSibling,JSON.parse(s.textContent)));
    const all=s.nextElementSibling;if(all&&all.tagName==="DETAILS")all.open=false});
    D.addEventListener("click",e=>{const a=e.target.closest('a[href^="#"]');
    if(!a||e.ctrlKey||e.metaKey||e.shiftKey||!find(a.hash.slice(1)))return;
    e.preventDefault();
    flush();
    if(a.hash!==location.hash)try{history.pushState(null,"",a.hash)}catch{}
    open(a.hash).range.focus({preventScroll:true})});
    addEventListener("popstate",()=>{cancel();open(location.hash)});
    addEventListener("pagehide",flush);
    open(location.hash);
    addEventListener("load",()=>setTimeout(()=>open(location.hash)));
    D.querySelectorAll("figure.script").forEach(f=>{const b=el("button",f,"copy");b.type="button";
    b.textContent=L.copy;b.addEventListener("click",async()=>{
    try{await navigator.clipboard.writeText(f.querySelector("code").textContent);b.textContent=L.copied}
    catch{getSelection().selectAllChildren(f.querySelector("code"))}})});
    })();
    """#
}
